import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { programsByDigest } from '../../plan/render/programs';
import { everyPhase } from '../../schema/walk-plan';
import { type Plan, type Step } from '../../schema/plan';
import { expectGolden } from '../support/golden';
import { drawings } from './toy-plans';

const folder = join(__dirname, 'steps');

/** Every step that a plan has, on any way through it. */
function stepsOf(plan: Plan): Step[] {
  const batches = [
    ...everyPhase(plan).flatMap(({ batches: own, serving }) => [...own, ...(serving === null ? [] : [serving])]),
    ...plan.finally.always,
    ...plan.finally.resolved,
  ];
  const steps = batches.flatMap((batch) => batch.steps);
  const repairs = steps.flatMap((step) => (step.kind === 'probe' && step.repair ? [step.repair.step] : []));
  const looks = everyPhase(plan).flatMap(({ preconditions }) => preconditions.map(({ probe }) => probe));
  return [...steps, ...repairs, ...looks];
}

/** The same command for another host is the same command. */
const neutral = (text: string): string =>
  text.replace(/\b(ctl|eng)\d\b/g, 'HOST').replace(/\b192\.0\.2\.1\d\b/g, 'ADDRESS');

function textOf(step: Step): string {
  switch (step.kind) {
    case 'change':
      return [`change: ${step.title}`, step.run, '-- done when', step.check ?? '(cannot be seen)'].join('\n');
    case 'probe':
      return [`probe: ${step.title}`, step.script.replace(/^[\s\S]*?\nset -e\n/, '')].join('\n');
    case 'watch':
      return [`watch: ${step.title}`, step.script].join('\n');
    case 'confirm':
      return [`confirm: ${step.title}`, step.question].join('\n');
    default:
      return step satisfies never;
  }
}

/** By the last word of the id, which says what is done; the words before it say where in the plan. */
const nameOf = ({ id }: Step): string => neutral(id.replace(/^.*\//, ''));

const texts = Object.values(drawings).flatMap((draw) => {
  const { plan } = draw();
  const { programs = [] } = plan;
  return stepsOf(plan).map((step) => ({
    name: nameOf(step),
    text: programsByDigest({ text: neutral(textOf(step)), programs }),
  }));
});
const names = [...new Set(texts.map(({ name }) => name))].sort();

/** One text a command, however many plans and hosts have it. In which order they come: stories.test.ts. */
describe('the command of every step', () => {
  it.each(names)('%s reads as its golden file', (name) => {
    const variants = [...new Set(texts.filter((one) => one.name === name).map(({ text }) => text))].sort();
    expectGolden({ file: join(folder, `${name}.txt`), text: `${variants.join('\n\n==\n\n')}\n` });
  });

  it('has no golden file of a step that is gone', () => {
    expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.txt`).sort());
  });
});
