import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBenchDirectory } from '../../bench/bench-directory';
import { inControlGroup, whyNoControlGroups } from '../../bench/control-group';
import { runRemoteBenchmark, type RemoteBenchmark } from '../../bench/remote/benchmark';
import { whyNoSshd } from '../../lab/machine/loopback-sshd';
import { startHostFleet } from '../../bench/remote/host-fleet';
import { measure, type Ends, type Measurement } from '../../bench/remote/measure';
import type { Sizes } from '../../bench/remote/sizes';

jest.setTimeout(120_000);
const reason = whyNoControlGroups() ?? whyNoSshd();
if (reason !== null) process.stderr.write(`NOT TESTED: the remote benchmark: ${reason}\n`);

const tiny: Sizes = {
  rounds: 1,
  probes: 2,
  jobs: 2,
  attaches: 2,
  freshLogins: 1,
  hosts: 2,
  commandsPerHost: 2,
  outputBytes: 100_000,
};

(reason === null ? describe : describe.skip)('the remote benchmark with two hosts and ours alone', () => {
  let cache: string;
  beforeEach(() => (cache = mkdtempSync(join(tmpdir(), 'osu-bench-'))));
  afterEach(() => rmSync(cache, { recursive: true }));

  const bench = (options: {
    signal: AbortSignal;
    sizes?: Sizes;
    say?: (line: string) => void;
  }): Promise<RemoteBenchmark> =>
    runRemoteBenchmark({
      sizes: tiny,
      tools: ['ours'],
      directory: makeBenchDirectory({ XDG_CACHE_HOME: cache }),
      say: () => undefined,
      ...options,
    });

  it('measures every row of ours and leaves no process', async () => {
    const { series } = await bench({ signal: new AbortController().signal });
    const rows = series.flatMap((one) => one.rows);
    expect(rows.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'ours, ssh2: probe measured',
      'ours, OpenSSH: probe measured',
      'ours, ssh2: durable job measured',
      'ours, OpenSSH: durable job measured',
      'ours, ssh2: attach measured',
      'ours, OpenSSH: attach measured',
      'ours, ssh2 measured',
      'ours, OpenSSH measured',
      'ours, ssh2, durable jobs measured',
      'ours, ssh2: plain command measured',
      'ours, OpenSSH: plain command measured',
      'ours, ssh2: durable job measured',
    ]);
    expect(processesNaming(cache)).toEqual([]);
  });

  it('stops in the middle when it is told to, and leaves no process', async () => {
    const stop = new AbortController();
    const endless = { ...tiny, probes: 1e9 };
    const say = (line: string): void => {
      if (line.startsWith('run 1')) setTimeout(() => stop.abort(new Error('Ctrl-C')), 300);
    };
    await expect(bench({ signal: stop.signal, sizes: endless, say })).rejects.toThrow('Ctrl-C');
    expect(processesNaming(cache)).toEqual([]);
  });

  it.each([
    { program: 'true', why: 'it ran the command 0 times instead of 2' },
    { program: 'false', why: 'exit code 1: ' },
  ])('gives no figure to a program that does nothing: $program', async ({ program, why }) => {
    const idle = async ({ hosts, client }: Ends): Promise<Measurement> => {
      const directory = makeBenchDirectory({ XDG_CACHE_HOME: cache }).run;
      const fleet = await startHostFleet({ count: 1, directory: join(directory, 'hosts'), group: hosts });
      return await measure({
        build: () => ({ argv: [program], environment: {}, files: {} }),
        assignment: { work: { kind: 'commands', perHost: 2 }, warmUp: false, ...fleet },
        place: { compiled: '', pythonPrograms: '', directory: join(directory, 'work'), sockets: join(directory, 's') },
        fleet,
        ends: { hosts, client },
      });
    };
    const got = await inControlGroup({
      name: 'hosts',
      work: (hosts) => inControlGroup({ name: 'client', work: (client) => idle({ hosts, client }) }),
    });
    expect(got).toEqual({ kind: 'failed', why });
  });
});

/** Command lines of this machine in which a path occurs. */
function processesNaming(path: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((line) => line.includes(path));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended
  }
}
