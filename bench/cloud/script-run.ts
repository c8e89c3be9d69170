import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, hostNames, type Lab } from '../../lab';
import { BenchError } from '../bench-error';
import type { ControlGroup } from '../control-group';
import type { Interval } from './intervals';
import { readMarks, type PlacedInterval } from './parts';
import { scriptVariables, type ServiceSet } from './services';

export interface ScriptRun {
  readonly whole: Interval;
  readonly spans: readonly PlacedInterval[];
}

/** Runs `script/<name>.sh` as a person does, from this machine over ssh. Throws BenchError with what it said last. */
export async function runScript(options: {
  readonly name: 'upgrade' | 'rollback';
  /** Whether it keeps what a rollback needs. */
  readonly keep: boolean;
  readonly set: ServiceSet;
  readonly lab: Lab;
  readonly source: string;
  readonly group: ControlGroup;
  readonly directory: string;
}): Promise<ScriptRun> {
  const { name, keep, set, lab, source, group, directory } = options;
  const at = (file: string): string => join(directory, file);
  writeFileSync(at('ssh_config'), sshConfig({ lab, sockets: at('s') }), { mode: 0o600 });
  rmSync(at('marks'), { force: true });
  const exitCode = await group.run({
    argv: ['/bin/sh', join(__dirname, 'script', `${name}.sh`)],
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: directory,
      SSH_CONFIG: at('ssh_config'),
      MARKS: at('marks'),
      CONTROLLERS: 'ctl1 ctl2',
      KEEP: keep ? '1' : '',
      SOURCE: source.trim(),
      ...scriptVariables(set),
    },
    outputFile: at(`${name}.out`),
    errorFile: at(`${name}.err`),
  });
  if (exitCode !== 0) {
    const said = ['out', 'err'].flatMap((end) =>
      readFileSync(at(`${name}.${end}`), 'utf8')
        .trim()
        .split('\n')
        .slice(-6),
    );
    throw new BenchError(`script/${name}.sh ended with ${exitCode}: ${said.join(' | ')}`);
  }
  const spans = readMarks(readFileSync(at('marks'), 'utf8'));
  return { whole: { fromMs: spans[0]?.fromMs ?? 0, toMs: spans.at(-1)?.toMs ?? 0 }, spans };
}

/** Host keys are checked, and a connection stays open: what a person who does this often has set. */
function sshConfig(options: { readonly lab: Lab; readonly sockets: string }): string {
  const { lab, sockets } = options;
  const hosts = hostNames.map((host) => `Host ${host}\n  HostName ${addressOf(host)}\n`);
  return `${hosts.join('')}Host *
  User deploy
  IdentityFile ${lab.identityFile}
  IdentitiesOnly yes
  UserKnownHostsFile ${lab.knownHosts}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  LogLevel ERROR
  ControlMaster auto
  ControlPath ${sockets}-%h
  ControlPersist 120
`;
}
