import { readFileSync } from 'node:fs';
import type { Assignment, DriverAnswer } from '../assignment';

/** Does the assignment's thing once on a host and resolves with the bytes of output. */
export type Turn = (place: { readonly host: string; readonly index: number }) => Promise<number>;

export function readAssignment(file: string): Assignment {
  return JSON.parse(readFileSync(file, 'utf8')) as Assignment;
}

/** Every host walks its own list, all hosts at once, and says how long that took. */
export async function drive(options: {
  readonly assignment: Assignment;
  readonly turn: Turn;
  /** The index of a turn before the first. */
  readonly warmUpTurn: number;
}): Promise<void> {
  const { assignment, turn } = options;
  const { hosts, work, warmUp } = assignment;
  const names = hosts.map(({ name }) => name);
  if (warmUp) await Promise.all(names.map((host) => turn({ host, index: options.warmUpTurn })));

  const beganAt = performance.now();
  const turns = 'perHost' in work ? work.perHost : 1;
  const bytes = await Promise.all(names.map((host) => walk({ host, turn, turns })));
  const answer: DriverAnswer = { milliseconds: performance.now() - beganAt, bytes: bytes.reduce((a, b) => a + b, 0) };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function walk(options: { readonly host: string; readonly turn: Turn; readonly turns: number }): Promise<number> {
  let bytes = 0;
  for (let index = 0; index < options.turns; index += 1) bytes += await options.turn({ host: options.host, index });
  return bytes;
}
