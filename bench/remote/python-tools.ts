import { join } from 'node:path';
import type { Assignment, BenchHost } from './assignment';
import type { ToolCommandBuilder } from './tool';

/** A playbook of one task for each command, as its documentation tunes it: free strategy, pipelining, kept connections. */
export function ansibleBy(module: 'raw' | 'command'): ToolCommandBuilder {
  return ({ assignment, place }) => {
    const at = (name: string): string => join(place.directory, name);
    const { command } = assignment;
    const task =
      module === 'raw'
        ? { 'ansible.builtin.raw': command }
        : { 'ansible.builtin.command': { argv: ['sh', '-c', command] } };
    const play = [
      {
        hosts: 'all',
        gather_facts: false,
        strategy: 'free',
        tasks: Array.from({ length: timesOf(assignment) }, () => task),
      },
    ];
    return {
      argv: [join(place.pythonPrograms, 'ansible-playbook'), '-i', at('inventory.json'), at('play.json')],
      environment: { ANSIBLE_CONFIG: at('ansible.cfg'), ANSIBLE_HOME: at('home') },
      files: {
        [at('play.json')]: JSON.stringify(play), // JSON is YAML
        [at('inventory.json')]: JSON.stringify(ansibleInventory(assignment.hosts)),
        [at('ansible.cfg')]: `[defaults]
forks = ${assignment.hosts.length}
local_tmp = ${at('tmp')}
[ssh_connection]
pipelining = true
control_path_dir = ${place.sockets}
ssh_args = -F none -o ControlMaster=auto -o ControlPersist=60s -o IdentitiesOnly=yes -o GlobalKnownHostsFile=/dev/null
`,
      },
    };
  };
}

function ansibleInventory(hosts: readonly BenchHost[]): unknown {
  const described = hosts.map((host) => [
    host.name,
    {
      ansible_host: host.address,
      ansible_port: host.port,
      ansible_user: host.user,
      ansible_ssh_private_key_file: host.identityFile,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${host.knownHostsFile}`,
      ansible_python_interpreter: '/usr/bin/python3',
    },
  ]);
  return { all: { hosts: Object.fromEntries(described) as unknown } };
}

/** One operation for each command; hosts do not wait for each other. */
export const pyinfra: ToolCommandBuilder = ({ assignment, place }) => {
  const at = (name: string): string => join(place.directory, name);
  const hosts = assignment.hosts.map((host) => [
    host.name,
    {
      ssh_hostname: host.address,
      ssh_port: host.port,
      ssh_user: host.user,
      ssh_key: host.identityFile,
      ssh_known_hosts_file: host.knownHostsFile,
      ssh_strict_host_key_checking: 'yes',
      ssh_config_file: '/dev/null',
      // pyinfra hands the rest to its SSH library, which would look for keys of the user and for an agent.
      ssh_allow_agent: false,
      ssh_look_for_keys: false,
    },
  ]);
  const words = ['-y', '--no-wait', '--parallel', String(assignment.hosts.length)];
  return {
    argv: [join(place.pythonPrograms, 'pyinfra'), ...words, at('inventory.py'), at('deploy.py')],
    environment: {},
    files: {
      [at('hosts.json')]: JSON.stringify(hosts),
      [at('inventory.py')]: `import json

with open("${at('hosts.json')}") as file:
    hosts = [(name, settings) for name, settings in json.load(file)]
`,
      [at('deploy.py')]: `from pyinfra.operations import server

for number in range(${timesOf(assignment)}):
    server.shell(name=f"command {number}", commands=[${JSON.stringify(assignment.command)}])
`,
    },
  };
};

export const asyncssh: ToolCommandBuilder = ({ assignment, place }) => {
  const file = join(place.directory, 'assignment.json');
  const program = join(place.compiled, 'bench', 'remote', 'drivers', 'asyncssh_commands.py');
  return {
    argv: [join(place.pythonPrograms, 'python'), program, file],
    environment: {},
    files: { [file]: JSON.stringify(assignment) },
  };
};

/** These tools are only measured with plain commands. */
function timesOf({ work }: Assignment): number {
  return work.kind === 'commands' ? work.perHost : 0;
}
