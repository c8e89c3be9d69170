import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../lab/machine/command';
import type { BenchDirectory } from '../bench-directory';
import { compileRooms } from '../compile-rooms';
import { inControlGroup, type ControlGroup } from '../control-group';
import { obtainPythonEnvironment, type PythonEnvironment } from '../python-environment';
import { runRounds } from '../rounds';
import type { Row, Run, Series } from '../series';
import { manyHostsEntries, oneHostEntries, outputEntries, type Entry } from './entries';
import { startHostFleet } from './host-fleet';
import { measure } from './measure';
import { readRun } from './read-run';
import { arrangeSeries } from './arrange-series';
import { readVersions } from './versions';
import type { Sizes } from './sizes';
import type { ToolName, Workplace } from './tool';

export interface RemoteBenchmark {
  readonly series: readonly Series[];
  /** What was measured against: names with versions. */
  readonly versions: readonly string[];
}

interface BenchmarkOptions {
  readonly sizes: Sizes;
  readonly tools: readonly ToolName[];
  readonly directory: BenchDirectory;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Measures the remote commands of this product beside other tools, on hosts that it raises for this on loopback. When
 * it returns or rejects, nothing of it runs any more. Rejects with the signal's reason when that fires.
 */
export function runRemoteBenchmark(options: BenchmarkOptions): Promise<RemoteBenchmark> {
  return inControlGroup({
    name: 'hosts',
    work: (hosts) =>
      inControlGroup({
        name: 'client',
        async work(client) {
          options.signal.addEventListener('abort', client.kill, { once: true });
          try {
            return await measureAll({ ...options, hosts, client });
          } finally {
            options.signal.removeEventListener('abort', client.kill);
          }
        },
      }),
  });
}

async function measureAll(
  options: BenchmarkOptions & { readonly hosts: ControlGroup; readonly client: ControlGroup },
): Promise<RemoteBenchmark> {
  const { sizes, say, client } = options;
  const at = (name: string): string => join(options.directory.run, name);
  const python = await obtainTools({ ...options, group: client });
  await compileRooms({ rooms: ['remote', 'shell', 'bench/remote'], into: at('compiled') });
  say(`starting ${sizes.hosts} SSH servers on loopback`);
  const fleet = await startHostFleet({ count: sizes.hosts, directory: at('hosts'), group: options.hosts });

  const place = (tool: ToolName): Workplace => {
    const environment = python.get(tool);
    const pythonPrograms = environment?.kind === 'ready' ? environment.programs : '';
    return { compiled: at('compiled'), directory: at('work'), sockets: at('s'), pythonPrograms };
  };
  const measureEntry = async (entry: Entry): Promise<Run | string> => {
    options.signal.throwIfAborted();
    const got = await measure({ ...entry, fleet, ends: options, place: place(entry.tool) });
    options.signal.throwIfAborted();
    return readRun({ entry, got });
  };
  const whyNot = ({ tool }: Entry): string | null => {
    const environment = python.get(tool);
    if (environment?.kind === 'missing') return environment.why;
    return tool === 'ours' || findProgram('ssh') !== null
      ? null
      : 'no ssh here. Install it: apt-get install openssh-client';
  };
  const run = (entries: readonly Entry[]): Promise<readonly Row[]> =>
    runRounds({
      entries: entries.filter(({ tool }) => options.tools.includes(tool)),
      rounds: sizes.rounds,
      whyNot,
      measure: measureEntry,
      say,
    });

  const work = { sizes, ...fleet };
  return {
    series: arrangeSeries({
      sizes,
      oneHost: await run(oneHostEntries(work)),
      manyHosts: await run(manyHostsEntries(work)),
      output: await run(outputEntries(work)),
    }),
    versions: await readVersions([...python.values()]),
  };
}

const pythonTools = ['ansible', 'pyinfra', 'asyncssh'] as const;

async function obtainTools(
  options: BenchmarkOptions & { readonly group: ControlGroup },
): Promise<ReadonlyMap<ToolName, PythonEnvironment>> {
  const logDirectory = join(options.directory.run, 'install');
  for (const path of [logDirectory, options.directory.tools]) mkdirSync(path, { recursive: true });
  const found = new Map<ToolName, PythonEnvironment>();
  for (const tool of pythonTools.filter((name) => options.tools.includes(name))) {
    const requirementsFile = join(__dirname, 'requirements', `${tool}.txt`);
    const environment = await obtainPythonEnvironment({
      ...options,
      tool,
      requirementsFile,
      directory: options.directory.tools,
      logDirectory,
    });
    options.signal.throwIfAborted();
    found.set(tool, environment);
  }
  return found;
}
