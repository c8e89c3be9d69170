import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlGroup } from '../control-group';
import { foreignLoad, readProcessorTime } from '../machine-load';
import { bytesExpected, marksExpected, type Assignment, type DriverAnswer } from './assignment';
import type { HostFleet } from './host-fleet';
import type { ToolCommandBuilder, Workplace } from './tool';

/** What one run of one program cost. */
export type Measurement =
  | {
      readonly kind: 'done';
      /** Of the whole process, from its start to its end. */
      readonly wallMs: number;
      /** User and system time of everything it started, daemons too; the hosts' side is not in it. */
      readonly cpuMs: number;
      readonly foreignLoad: number;
      /** Null for programs that print none. */
      readonly answer: DriverAnswer | null;
    }
  | { readonly kind: 'failed'; readonly why: string };

/** Both ends of the wire, to be told from the rest of the machine. */
export interface Ends {
  readonly client: ControlGroup;
  readonly hosts: ControlGroup;
}

/**
 * Runs one program with one assignment, and counts on the hosts what it really did: a figure for work that was not
 * done would be worse than none. Leaves no process of it and no job.
 */
export async function measure(options: {
  readonly build: ToolCommandBuilder;
  readonly assignment: Assignment;
  readonly place: Workplace;
  readonly fleet: HostFleet;
  readonly ends: Ends;
}): Promise<Measurement> {
  const { assignment, place, fleet, ends } = options;
  const command = options.build({ assignment, place });
  const outputFile = join(place.directory, 'stdout');
  const errorFile = join(place.directory, 'stderr');
  const home = join(place.directory, 'empty-home');
  for (const path of [home, place.sockets]) mkdirSync(path, { recursive: true });
  for (const [path, text] of Object.entries(command.files)) writeFileSync(path, text);
  fleet.takeMarks();

  const before = readProcessorTime();
  const spentBefore = spentMs(ends);
  const clientBefore = ends.client.cpuMs();
  const beganAt = performance.now();
  const exitCode = await ends.client.run({
    argv: command.argv,
    environment: { ...plainEnvironment(), HOME: home, TMPDIR: place.sockets, ...command.environment },
    outputFile,
    errorFile,
  });
  const wallMs = performance.now() - beganAt;
  const cpuMs = ends.client.cpuMs() - clientBefore;
  const load = foreignLoad({ before, after: readProcessorTime(), oursMs: spentMs(ends) - spentBefore });

  await ends.client.empty();
  const [output, errors] = [readFileSync(outputFile, 'utf8'), readFileSync(errorFile, 'utf8')];
  const marks = fleet.takeMarks();
  fleet.removeJobs();
  for (const path of [place.directory, place.sockets]) rmSync(path, { recursive: true, force: true });

  const expected = marksExpected(assignment);
  if (exitCode !== 0) return { kind: 'failed', why: `exit code ${exitCode}: ${lastError(`${output}\n${errors}`)}` };
  if (marks !== expected) return { kind: 'failed', why: `it ran the command ${marks} times instead of ${expected}` };
  const answer = readAnswer(output);
  if (answer !== null && answer.bytes !== bytesExpected(assignment))
    return { kind: 'failed', why: `${answer.bytes} bytes arrived instead of ${bytesExpected(assignment)}` };
  return { kind: 'done', wallMs, cpuMs, foreignLoad: load, answer };
}

/** Both ends, and this process. */
function spentMs({ client, hosts }: Ends): number {
  const { user, system } = process.cpuUsage();
  return client.cpuMs() + hosts.cpuMs() + (user + system) / 1000;
}

/** Nothing of the user's settings: no agent, no Python or Ansible variables. */
function plainEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' };
}

function readAnswer(output: string): DriverAnswer | null {
  const line = output.trim().split('\n').at(-1) ?? '';
  return line.startsWith('{"milliseconds"') ? (JSON.parse(line) as DriverAnswer) : null;
}

/** What a program says last is often its version, or a hint. */
function lastError(text: string): string {
  const lines = text.trim().split('\n');
  return (lines.findLast((line) => /error|fail|fatal/i.test(line)) ?? lines.at(-1) ?? '').trim().slice(0, 300);
}
