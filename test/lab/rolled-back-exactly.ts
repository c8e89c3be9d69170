import type { DrillGround } from './drill';

/** Fails at a step, rolls back, and finds the cloud as it was: a stack from before can be updated still. */
export async function rolledBackExactly(options: { ground: DrillGround; step: string }): Promise<void> {
  const { ground, step } = options;
  const { seconds, rollbackSeconds, ...row } = await ground.failAt(step);
  process.stdout.write(`${step}: ${String(seconds)} s, of which the rollback ${String(rollbackSeconds)} s\n`);
  expect(row).toEqual({
    step,
    state: 'rolledBack',
    asked: [],
    owed: 0,
    differs: [],
    stack: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'],
    works: true,
  });
}
