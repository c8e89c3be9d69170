import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFrameReader } from '../../../remote/jobs/frame-reader';
import type { JobStatus } from '../../../remote';
import { parseStatus } from '../../../remote/jobs/job-status';
import { createOutputTail } from '../../../remote/jobs/output-tail';
import { supervisorProgram } from '../../../remote/jobs/supervisor-program';

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const WANTED_SHELLS = [
  { shell: 'dash', path: '/usr/bin/dash' },
  { shell: 'busybox ash', path: '/usr/bin/busybox' },
  { shell: 'bash', path: '/usr/bin/bash' },
];

/** The shells of this machine that a host's `sh` may be. What is missing is said, because then less was tested. */
export const SHELLS = WANTED_SHELLS.filter(({ shell, path }) => {
  const why = whyNotTested(path);
  if (why !== null) process.stderr.write(`NOT TESTED in ${shell}: ${why}\n`);
  return why === null;
});

/** The busybox of Debian's busybox-static runs its own `id` whatever is on the PATH, so that no test can lay a fake there. */
function whyNotTested(path: string): string | null {
  if (!existsSync(path)) return `${path} is missing on this machine`;
  const where = spawnSync(path, path.endsWith('busybox') ? ['sh', '-c', 'command -v id'] : ['-c', 'command -v id']);
  return where.stdout.toString().startsWith('/')
    ? null
    : `${path} prefers programs of its own to those on the PATH; install busybox instead of busybox-static`;
}

export interface Answer {
  readonly out: string;
  readonly err: string;
  readonly mark: string;
  /** The last line, without its mark. */
  readonly line: string;
  readonly status: JobStatus | null;
}

/** durable-job.sh run on this machine as a host would run it, without a network. */
export interface ShellHost {
  readonly base: string;
  /** A file next to the job directory, for a job to leave its traces in. */
  readonly side: string;
  readonly ensure: (job: {
    readonly id: string;
    readonly script: string;
    readonly mutex?: string;
    readonly mode?: 'start' | 'attach';
    readonly seconds?: number;
    readonly upload?: string;
    /** The boot id that the host had when somebody looked at it; default: nobody did. */
    readonly boot?: string;
    readonly fence?: OwnerWords;
  }) => Promise<Answer>;
  readonly verb: (...words: readonly (string | number)[]) => Promise<Answer>;
  /** A verb as a person types it on the host: everything it prints, and its exit code. */
  readonly person: (...words: readonly string[]) => { readonly said: string; readonly exitCode: number | null };
  readonly status: (id: string) => Promise<JobStatus | null>;
  /** RUNNING, and the command is in its own session: from here on killing its supervisor makes an orphan of it. */
  readonly untilAtWork: (id: string) => Promise<void>;
  /** A job has left its first trace in `side`. */
  readonly untilRan: () => Promise<void>;
  readonly until: (id: string, wanted: JobStatus['state']) => Promise<JobStatus>;
  readonly file: (path: string) => string;
  readonly runs: () => number;
  readonly dispose: () => void;
}

/** Cloud and number. */
type OwnerWords = readonly [string, number];

/**
 * `crashAt`: a crash point of the program where the process is killed, as by the OOM killer, with whatever waits for
 * it. `stopAt`: one where it is stopped, as a virtual machine is, until somebody sends it SIGCONT.
 */
export function createShellHost(options: {
  readonly path: string;
  readonly crashAt?: string;
  readonly stopAt?: string;
  /** The job directory of another host of this test. */
  readonly base?: string;
  /** The job directory on a small filesystem of its own. */
  readonly tmpfsBytes?: number;
}): ShellHost {
  const directory = mkdtempSync(join(tmpdir(), 'osu-job-'));
  const at = (name: string): string => join(directory, name);
  const base = options.base ?? at('base');
  mkdirSync(at('bin'));
  mkdirSync(base, { recursive: true });
  const small = options.tmpfsBytes === undefined ? null : mountSmall({ base, bytes: options.tmpfsBytes });
  symlinkSync(options.path, at('bin/sh'));
  writeFileSync(at('program.sh'), programWith(options));
  writeFileSync(at('side'), '');
  const env = { PATH: `${at('bin')}:${SYSTEM_PATH}`, HOME: directory };

  const run = (words: readonly (string | number)[], stdin = ''): Promise<Answer> =>
    new Promise((resolve) => {
      const inside = small === null ? [] : ['nsenter', `--mount=/proc/${String(small.pid)}/ns/mnt`];
      const [command = '', ...rest] = [...inside, at('bin/sh'), at('program.sh'), ...words.map(String)];
      const program = spawn(command, rest, {
        env,
        detached: true, // a group of its own, for crash points to end
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const tails = { out: createOutputTail(), err: createOutputTail() };
      const last = { mark: '', line: '', status: null as JobStatus | null };
      const reader = createFrameReader({
        onBytes: ({ stream, bytes }) => tails[stream].push(bytes),
        onLine: ({ mark, text }) => Object.assign(last, { mark, line: text, status: parseStatus(text) }),
      });
      program.stdout.on('data', reader.push);
      program.stdin.on('error', () => undefined);
      program.stdin.end(stdin);
      program.on('close', () => resolve({ ...last, out: tails.out.text(), err: tails.err.text() }));
    });

  const read = (path: string): string => (existsSync(join(base, path)) ? readFileSync(join(base, path), 'utf8') : '');
  const status = async (id: string): Promise<JobStatus | null> => (await run(['status', base, id])).status;
  return {
    base,
    side: at('side'),
    ensure({ id, script, mutex, mode = 'start', seconds = 20, upload, boot = '', fence = ['', 0] }) {
      const facts = `host=h1 run=r1 step=s/${id}${mutex === undefined ? '' : ` mutex=${mutex}`}`;
      const content = `# openstack-upgrade job ${facts}\n${script}\n`;
      const sha = createHash('sha256').update(content).digest('hex');
      const words = ['ensure', base, id, sha, Buffer.byteLength(content), mode, 0, 0, seconds, boot, ...fence];
      return run(words, upload ?? content);
    },
    verb: (...words) => run(words),
    person(...words) {
      const inside = small === null ? [] : ['nsenter', `--mount=/proc/${String(small.pid)}/ns/mnt`];
      const [command, ...rest] = [...inside, at('bin/sh'), at('program.sh'), ...words, '--base', base];
      const { stdout, stderr, status: exitCode } = spawnSync(command, rest, { env, encoding: 'utf8' });
      return { said: `${stdout}${stderr}`, exitCode };
    },
    status,
    async untilRan() {
      while (readFileSync(at('side'), 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async untilAtWork(id) {
      for (let tries = 0; tries < 400; tries += 1) {
        const pid = sessionIn(read(`jobs/${id}/child`));
        if (existsSync(`/proc/${pid}/stat`) && readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[5] === pid) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`${id} did not begin to work: ${JSON.stringify(await status(id))}`);
    },
    async until(id, wanted) {
      for (let tries = 0; tries < 400; tries += 1) {
        const seen = await status(id);
        if (seen?.state === wanted) return seen;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`${id} did not become ${wanted}: ${JSON.stringify(await status(id))}`);
    },
    file: read,
    runs: () =>
      readFileSync(at('side'), 'utf8')
        .split('\n')
        .filter((line) => line === 'ran').length,
    dispose: () => {
      small?.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** In a mount namespace that a process of its own keeps: it goes with the process, whatever happens to the test. */
function mountSmall(options: { readonly base: string; readonly bytes: number }): ChildProcess {
  const mount = `mount -t tmpfs -o size=${String(options.bytes)} none ${options.base} && echo ready && exec sleep 120`;
  const keeper = spawn('unshare', ['-m', 'sh', '-c', mount], { stdio: ['ignore', 'pipe', 'inherit'] });
  const mounted = (): boolean => readFileSync(`/proc/${String(keeper.pid)}/mounts`, 'utf8').includes(options.base);
  while (!mounted()) spawnSync('sleep', ['0.01']);
  return keeper;
}

function programWith(options: { readonly crashAt?: string; readonly stopAt?: string }): string {
  const program = supervisorProgram({ base: '' }).content;
  const point = options.crashAt ?? options.stopAt;
  if (point === undefined) return program;
  if (!program.includes(`: crash-point ${point}`)) throw new Error(`The program has no crash point ${point}`);
  const act = options.crashAt === undefined ? 'kill -s STOP $$' : 'kill -9 $$; kill -9 0';
  return program.replace(`: crash-point ${point}`, () => act);
}

/** Kills a supervisor alone, as the OOM killer does, and waits until it is dead; its command stays. */
export function killSupervisor(options: { readonly host: ShellHost; readonly id: string }): void {
  const pid = /sup=(\d+)/.exec(options.host.file(`jobs/${options.id}/started`))?.[1] ?? '';
  process.kill(Number(pid), 'SIGKILL');
  while (isAlive(pid)) spawnSync('sleep', ['0.005']);
}

function isAlive(pid: string): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The processes of a job's session that are alive. */
export function sessionOf(options: { readonly host: ShellHost; readonly id: string }): number {
  return Number(sessionIn(options.host.file(`jobs/${options.id}/child`)));
}

function sessionIn(child: string): string {
  return /pgid=(\d+)/.exec(child)?.[1] ?? 'none';
}

/** Waits until a job's supervisor has stopped itself (`stopAt`); its pid. */
export async function stoppedSupervisor(options: { readonly host: ShellHost; readonly id: string }): Promise<number> {
  for (let tries = 0; tries < 400; tries += 1) {
    const found = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isStoppedSupervisor({ ...options, pid }));
    if (found !== undefined) return Number(found);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`The supervisor of ${options.id} did not come to its stop.`);
}

function isStoppedSupervisor(options: { host: ShellHost; id: string; pid: string }): boolean {
  try {
    const words = readFileSync(`/proc/${options.pid}/cmdline`, 'latin1').split('\0');
    const isOurs = words.includes('run') && words.includes(options.host.base) && words.includes(options.id);
    return isOurs && readFileSync(`/proc/${options.pid}/stat`, 'latin1').includes(') T ');
  } catch {
    return false; // gone meanwhile
  }
}
