import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, greets, makeSshKey, sshdConfig, sshdProgram } from '../../lab/machine/loopback-sshd';
import { until } from '../../lab/machine/processes';
import { BenchError } from '../bench-error';
import type { ControlGroup } from '../control-group';
import type { BenchHost } from './assignment';

/** "Hosts" of one machine: an OpenSSH server on a loopback address each, with a home and a job directory each. */
export interface HostFleet {
  readonly hosts: readonly BenchHost[];
  /** Offers one cipher only, so that every client moves bytes with the same one. */
  readonly bulkHost: BenchHost;
  /** Appends one byte to the host's file of marks; a builtin of every shell, so that it costs next to nothing. */
  readonly command: string;
  /** How often `command` ran on all hosts since the last call. */
  readonly takeMarks: () => number;
  /** Forgets the jobs of all hosts, outside any measurement. */
  readonly removeJobs: () => void;
}

const BULK_CIPHER = 'aes128-gcm@openssh.com';

/** Starts `count` servers in `group`, whose end is theirs; all files lie below `directory`. Throws BenchError. */
export async function startHostFleet(options: {
  readonly count: number;
  readonly directory: string;
  readonly group: ControlGroup;
}): Promise<HostFleet> {
  const { directory } = options;
  mkdirSync(directory);
  mkdirSync('/run/sshd', { recursive: true }); // sshd's empty room for its unprivileged half
  for (const name of ['host', 'user']) makeSshKey({ path: join(directory, name) });
  const port = await freePort('0.0.0.0');
  const addresses = Array.from({ length: options.count + 1 }, (_, index) => `127.0.1.${index + 1}`);
  const hosts = addresses.map((address, index) => describeHost({ directory, port, address, index }));
  const key = readFileSync(join(directory, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(join(directory, 'known_hosts'), addresses.map((address) => `[${address}]:${port} ${key}\n`).join(''));
  const config = sshdConfig({ hostKey: join(directory, 'host'), authorizedKeys: join(directory, 'user.pub') });
  writeFileSync(join(directory, 'sshd_config'), config);

  const bulkHost = hosts.at(-1);
  if (bulkHost === undefined) throw new BenchError('A fleet has at least one host.');
  for (const host of hosts) {
    launch({ ...options, host, settings: host === bulkHost ? [`Ciphers=${BULK_CIPHER}`] : [] });
  }
  for (const host of hosts) await answers({ host, directory });
  return {
    hosts: hosts.slice(0, -1),
    bulkHost,
    command: 'echo >>"$HOME/marks"',
    takeMarks: () => hosts.reduce((sum, host) => sum + takeMarks(join(homeOf({ directory, host }), 'marks')), 0),
    removeJobs: () => hosts.forEach((host) => rmSync(host.jobsDirectory, { recursive: true, force: true })),
  };
}

function describeHost(options: {
  readonly directory: string;
  readonly port: number;
  readonly address: string;
  readonly index: number;
}): BenchHost {
  const { directory, port, address } = options;
  const name = `host${options.index + 1}`;
  mkdirSync(join(directory, name));
  writeFileSync(join(directory, name, 'marks'), '');
  return {
    name,
    address,
    port,
    user: userInfo().username,
    identityFile: join(directory, 'user'),
    knownHostsFile: join(directory, 'known_hosts'),
    jobsDirectory: join(directory, name, 'jobs'),
  };
}

/**
 * An empty home: what somebody's .bashrc does would otherwise be measured with every command. Temporary files lie there
 * too, because what is stopped half-way (Python of Ansible) leaves some.
 */
function launch(options: {
  readonly directory: string;
  readonly group: ControlGroup;
  readonly host: BenchHost;
  readonly settings: readonly string[];
}): void {
  const { directory, host } = options;
  const home = homeOf(options);
  const settings = [
    `ListenAddress=${host.address}`,
    `Port=${host.port}`,
    `SetEnv=HOME=${home} TMPDIR=${home} PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    ...options.settings,
  ];
  const words = settings.flatMap((setting) => ['-o', setting]);
  void options.group.run({
    argv: [sshdProgram, '-D', '-e', '-f', join(directory, 'sshd_config'), ...words],
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    outputFile: join(home, 'sshd.out'),
    errorFile: logOf(options),
  });
}

async function answers(options: { readonly directory: string; readonly host: BenchHost }): Promise<void> {
  const up = await until({ seconds: 30, holds: () => greets(options.host), everyMs: 20 });
  if (up) return;
  throw new BenchError(
    `The SSH server on ${options.host.address} did not come up: ${readFileSync(logOf(options), 'utf8')}`,
  );
}

function takeMarks(file: string): number {
  const { size } = statSync(file);
  truncateSync(file);
  return size;
}

function homeOf(options: { readonly directory: string; readonly host: BenchHost }): string {
  return join(options.directory, options.host.name);
}

function logOf(options: { readonly directory: string; readonly host: BenchHost }): string {
  return join(homeOf(options), 'sshd.log');
}
