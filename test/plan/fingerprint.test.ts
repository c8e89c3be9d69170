import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { everyPhase } from '../../schema/walk-plan';
import { type Batch, type Plan } from '../../schema/plan';
import { expectGolden } from '../golden';
import { fullPlans, rollingPlans } from './toy-plans';

/** What a plan does, command by command, without the commands: a change of structure must leave all of it as it is. */
function fingerprint(plan: Plan): string {
  const batch = (phase: string, { hosts, steps }: Batch): string[] =>
    steps.flatMap((step) => hosts.map((host) => [phase, host, step.id, hash(textOf(step))].join(' ')));
  const lines = [
    ...everyPhase(plan).flatMap(({ id, batches }) => batches.flatMap((one) => batch(id, one))),
    ...plan.finally.always.flatMap((one) => batch('always', one)),
    ...plan.finally.resolved.flatMap((one) => batch('resolved', one)),
  ];
  return `${lines.join('\n')}\n`;
}

function textOf(step: Batch['steps'][number]): string {
  return step.kind === 'confirm' ? step.question : step.script;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

describe('the commands of every toy plan', () => {
  it.each(Object.entries({ ...fullPlans, ...rollingPlans }))('%s: as before', (name, plan) => {
    expectGolden({ file: join(__dirname, 'fingerprints', `${name}.txt`), text: fingerprint(plan()) });
  });
});
