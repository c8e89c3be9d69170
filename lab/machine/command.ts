import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from './lab-error';
import { labPlaces } from './places';

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  /** 128 + signal number when a signal ended it, as a shell says it. */
  readonly exitCode: number;
}

interface CommandOptions {
  readonly argv: readonly [string, ...string[]];
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs one program of this machine to its end. Never throws for an exit code; a missing program is 127. */
export function run(options: CommandOptions): Promise<Finished> {
  const [program, ...words] = options.argv;
  return new Promise((resolve) => {
    const child = spawn(program, words, { env: { ...process.env, ...options.environment }, stdio: 'pipe' });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    // A program that ends before it has read everything breaks the pipe: its exit code tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', (error) => {
      resolve({ ...output, stderr: error.message, exitCode: 127 });
    });
    child.on('close', (code) => {
      resolve({ ...output, exitCode: code ?? 137 });
    });
  });
}

/** Runs a program that has to succeed; its whole output goes to the lab's log. Returns what it printed. */
export async function must(options: CommandOptions & { readonly purpose?: string }): Promise<string> {
  const done = await run(options);
  const title = options.purpose ?? options.argv.join(' ');
  log({ title, done });
  if (done.exitCode === 0) return done.stdout;
  const tail = `${done.stdout}\n${done.stderr}`.trim().split('\n').slice(-12).join('\n');
  throw new LabError(`${title}: exit code ${done.exitCode}\n${tail}\nAll output: ${logFile()}`);
}

function log(options: { readonly title: string; readonly done: Finished }): void {
  mkdirSync(labPlaces().logs, { recursive: true });
  const { stdout, stderr, exitCode } = options.done;
  appendFileSync(logFile(), `--- ${new Date().toISOString()} ${options.title} -> ${exitCode}\n${stdout}${stderr}\n`, {
    mode: 0o600,
  });
}

export function logFile(): string {
  return join(labPlaces().logs, 'lab.log');
}

/** Where a program lies on this machine, or null. */
export function findProgram(name: string): string | null {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin`.split(':');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}
