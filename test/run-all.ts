/**
 * `npm test`: checks, unit tests, tests on a Temporal server, of the package, on the lab; `npm test -- --only check,unit` for some of them.
 * The last line is `N passed, N failed` and, when something did not run, `, N skipped`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { whyImpossible } from '../lab/machine/requirements';
import { findServerExecutable } from '../tools/temporal/find-server';
import { installTools } from './run-all/machine-tools';
import { runJest } from './run-all/run-jest';
import { decideStages, parseOnly, usage, type Machine, type Part, type Stage } from './run-all/stages';
import { nothing, sum, summaryLine, type Tally } from './run-all/tally';

const root = join(__dirname, '..');

const main = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const only = parseOnly(args);
  const stages = decideStages({ only, machine: thisMachine(only) });
  if (stages.some(({ kind }) => kind === 'jest')) installTools();
  const tallies: Tally[] = [];
  let server: Server = { state: 'not-asked' };
  for (const stage of stages) {
    announce(stage.name);
    if (stage.kind === 'server') {
      server = await obtainServer();
      tallies.push(server.tally);
    } else {
      tallies.push(await runStage({ stage, server }));
    }
  }
  const total = sum(tallies);
  process.stdout.write(`\n${closing(total)}\n`);
  return total.failed.length === 0 ? 0 : 1;
};

type Server =
  | { readonly state: 'not-asked' }
  | { readonly state: 'there'; readonly path: string; readonly tally: Tally }
  | { readonly state: 'missing'; readonly tally: Tally };

const obtainServer = async (): Promise<Exclude<Server, { state: 'not-asked' }>> => {
  try {
    const path = await findServerExecutable({ say: (line) => console.log(line) });
    console.log(`Temporal dev server: ${path}`);
    return { state: 'there', path, tally: { ...nothing, passed: 1 } };
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    return { state: 'missing', tally: { ...nothing, failed: ['server: no Temporal dev server (see above)'] } };
  }
};

const runStage = async (options: { stage: Exclude<Stage, { kind: 'server' }>; server: Server }): Promise<Tally> => {
  const { stage, server } = options;
  switch (stage.kind) {
    case 'check':
      return runCheck(stage.name);
    case 'skip':
      return skipAll(stage);
    case 'jest': {
      const why = stage.name === 'lab' ? whyImpossible() : null;
      if (why !== null) return skipAll({ name: stage.name, tests: testFiles(stage.name), why });
      if (stage.needsServer && server.state === 'missing') {
        return skipAll({ name: stage.name, tests: testFiles(stage.name), why: 'no Temporal dev server, see above' });
      }
      return runJest({ project: stage.name, oneByOne: stage.oneByOne, env: testEnvironment(server) });
    }
    default:
      return stage satisfies never;
  }
};

/** Tests start their own server; one that the environment names may be somebody's production. */
const testEnvironment = (server: Server): NodeJS.ProcessEnv => {
  const env = { ...process.env };
  delete env['TEMPORAL_ADDRESS'];
  return server.state === 'there' ? { ...env, TEMPORAL_CLI_PATH: server.path } : env;
};

const skipAll = ({ name, tests, why }: { name: string; tests: readonly string[]; why: string }): Tally => {
  for (const test of tests) console.log(`SKIPPED  ${test}: ${why}`);
  return { ...nothing, skipped: tests.map((test) => `${name}: ${test} - ${why}`) };
};

const runCheck = (script: string): Promise<Tally> =>
  new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', script], { stdio: 'inherit', cwd: root });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: [script] }));
  });

const thisMachine = (only: readonly Part[]): Machine => ({
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  checks: Object.keys(
    (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Record<string, string> })
      .scripts,
  ).filter((name) => name.startsWith('check:')),
  labTests: testFiles('lab'),
  packageTests: testFiles('package'),
  reachesRegistry: only.includes('package') && spawnSync('npm', ['ping'], { stdio: 'ignore' }).status === 0,
});

const testFiles = (project: string): readonly string[] => {
  const directories = project === 'temporal' ? ['workflows', 'worker'] : [project];
  return directories.flatMap((name) => {
    const directory = join(root, 'test', name);
    if (!existsSync(directory)) return [];
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => `test/${name}/${file}`)
      .sort();
  });
};

const announce = (name: string): void => console.log(`\n── ${name} ──`);

const closing = (total: Tally): string =>
  [
    ...total.skipped.map((name) => `SKIPPED  ${name}`),
    ...total.failed.map((name) => `FAILED   ${name}`),
    summaryLine(total),
  ].join('\n');

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  },
);
