import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJobs, type Jobs, type RunRequest } from '../../remote';
import { localTransport } from '../remote/ssh/local-transport';
import { startHostBox, type HostBox } from './host-box';

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A host of the fault matrix: a box whose job directory is a small filesystem of its own. */
export interface MatrixHost {
  /** A new worker, which knows nothing yet. */
  readonly worker: () => Jobs;
  /** A request whose script notes each execution before it goes on. */
  readonly work: (script: string, changes?: Partial<RunRequest>) => RunRequest;
  readonly executions: () => number;
  /** Runs a command as root on the host, past everything; throws when it fails. `$BASE` is the job directory. */
  readonly inside: (command: string) => string;
  /** Puts a program before the host's own one of that name. */
  readonly fake: (program: string, script: string) => void;
  /** Everything on the host ends at once, and it boots again with the disk that it had. */
  readonly powerCut: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startMatrixHost(options: { readonly shell: string }): Promise<MatrixHost> {
  const directory = mkdtempSync(join(tmpdir(), 'osu-matrix-'));
  const at = (name: string): string => join(directory, name);
  for (const name of ['bin', 'base']) mkdirSync(at(name));
  symlinkSync(options.shell, at('bin/sh'));
  writeFileSync(at('side'), '');
  // A filesystem in a file: it is full soon, may be mounted read-only, and survives a power cut.
  const disk = at('disk');
  must(['truncate', '-s', '4M', disk]);
  must(['mkfs.ext4', '-q', '-F', '-m', '0', '-N', '256', disk]);
  const prepare = `mount -o loop ${disk} ${at('base')}`;
  let box: HostBox = await startHostBox({ prepare });
  const enter = (): readonly string[] => [
    ...box.enter,
    ...['env', '-i', `PATH=${at('bin')}:${SYSTEM_PATH}`, `HOME=${directory}`, `BASE=${at('base')}`],
  ];
  const transport = localTransport({ argv: (command) => [...enter(), 'sh', '-c', command] });
  return {
    worker: () => createJobs({ transport, base: at('base') }),
    work: (script, changes) => ({
      host: 'h1',
      runId: 'matrix',
      stepId: 's',
      generation: '0',
      script: `echo ran >> ${at('side')}; ${script}`,
      timeoutSeconds: 120,
      signal: AbortSignal.timeout(60_000),
      ...changes,
    }),
    executions: () => readFileSync(at('side'), 'utf8').split('\n').filter(Boolean).length,
    inside: (command) => must([...enter(), 'sh', '-c', command]),
    fake(program, script) {
      writeFileSync(at(`bin/${program}`), `#!/bin/sh\n${script}\n`);
      chmodSync(at(`bin/${program}`), 0o755);
    },
    async powerCut() {
      await box.powerOff();
      box = await startHostBox({ prepare });
    },
    async stop() {
      await box.powerOff();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function must(argv: readonly string[]): string {
  const [program = '', ...words] = argv;
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${argv.join(' ')} ended with ${String(status)}: ${stderr}`);
}
