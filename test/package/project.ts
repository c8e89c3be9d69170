import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packed } from './packed';

const run = promisify(execFile);

/** Somebody's project outside of the repository, with the package installed from its tarball. */
export interface Project {
  readonly directory: string;
  /** Runs a program in it. Its standard output, or an error with all that it said. */
  readonly run: (program: string, ...args: string[]) => Promise<string>;
}

/** What the worker's side of the package asks for, at one version of the SDK. */
export function workerSide(sdkVersion: string): readonly string[] {
  const sdk = ['activity', 'client', 'common', 'envconfig', 'plugin', 'worker', 'workflow'];
  return [...sdk.map((name) => `@temporalio/${name}@${sdkVersion}`), 'ssh2@1'];
}

/** An empty ECMAScript-module project: nothing of the repository's node_modules can be found from it. */
export async function installProject(options: {
  readonly name: string;
  readonly besides?: readonly string[];
}): Promise<Project> {
  const directory = mkdtempSync(join(packed().directory, `${options.name}-`));
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'somebody', private: true, type: 'module' }));
  const project: Project = {
    directory,
    run: async (program, ...args) =>
      (await run(program, args, { cwd: directory, env: environmentOf(process.env), maxBuffer: 2 ** 26 })).stdout,
  };
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await project.run('npm', 'install', ...quiet, packed().tarball, ...(options.besides ?? []));
  return project;
}

/** The sources of project/ and every example, as that project's own. */
export function addSources(project: Project): void {
  cpSync(join(__dirname, 'project'), project.directory, { recursive: true });
  addExamples(
    project,
    readdirSync(examples).filter((file) => file.endsWith('.ts') && file !== 'tracing.ts'), // its packages are its own test's
  );
}

const examples = join(__dirname, '../../examples');

/** Some of examples/ and the compiler's settings. */
export function addExamples({ directory }: Project, files: readonly string[]): void {
  cpSync(join(__dirname, 'project/tsconfig.json'), join(directory, 'tsconfig.json'));
  for (const file of files) cpSync(join(examples, file), join(directory, 'src/examples', file));
}

/** Without what npm and this repository's own settings hand down: a stranger has none of it. */
export function environmentOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(npm_(?!config_)|OSU_|TEMPORAL_)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}
