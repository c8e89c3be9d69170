import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { CloudState } from '../../plan/cloud-state';
import { expectedTimes } from '../../plan/estimate/expected-times';
import { renderRunbook } from '../../plan/render/runbook';
import { renderStories } from '../../plan/render/story';
import { expectGolden } from '../support/golden';
import { movedByPeople, unreadBalancer } from '../support/cloud-changes';
import { toyPartialPlan, toyPlan } from '../support/planned';
import { drawings } from './toy-plans';
import { noEarlierTimes } from '../../schema/run-times';
import { everyPhase } from '../../schema/walk-plan';
import { type Batch, type Plan } from '../../schema/plan';

const golden = (name: string): string => join(__dirname, 'golden', `${name}.txt`);

/** A golden file names programs by their SHA-256, as the steps do; their texts are files of their own. */
const beforePrograms = ({ plan, before }: { plan: Plan; before: CloudState }): string => {
  const times = expectedTimes({
    plan,
    before,
    schemaBytes: { keystone: 5e6, heat: 400e6 },
    earlier: noEarlierTimes,
    availability: { budgetSeconds: { heat: { cold: 60, rolling: 0 } } },
  });
  const runbook = renderRunbook({ plan, stories: renderStories({ plan, before }), times });
  return `${runbook.split('\n\nPrograms\n###')[0] ?? ''}\n`;
};

describe('the runbook of a full upgrade', () => {
  it('reads as its golden file', () => {
    const name = 'full-two-controllers';
    expectGolden({ file: golden(name), text: beforePrograms(drawings[name]!()) });
  });

  it('names no step twice on one host: the name is the identity of its job', () => {
    const bound = boundSteps(toyPlan({}));
    expect(twice(bound)).toEqual([]);
    expect(bound.length).toBeGreaterThan(100);
  });

  it('does not depend on the run', () => {
    expect(JSON.stringify(toyPlan({}).phases)).not.toContain('00000000-0000');
  });
});

describe('the runbook of a rolling upgrade', () => {
  it('reads as its golden file', () => {
    const name = 'partial-two-controllers';
    expectGolden({ file: golden(name), text: beforePrograms(drawings[name]!()) });
  });

  it('names no step twice on one host', () => {
    const bound = boundSteps(toyPartialPlan({ controllers: ['ctl1', 'ctl2', 'ctl3'] }));
    expect(twice(bound)).toEqual([]);
    expect(bound.length).toBeGreaterThan(100);
  });

  it('does not depend on the run', () => {
    expect(JSON.stringify(toyPartialPlan({}).phases)).not.toContain('00000000-0000');
  });
});

describe('a load balancer that people drive', () => {
  const people = { loadBalancer: movedByPeople, change: unreadBalancer };

  it.each([
    ['full', toyPlan(people), toyPlan({ request: { options: { full: { order: 'allAtOnce' } } } })],
    ['rolling', toyPartialPlan(people), toyPartialPlan({})],
  ])('is asked for wherever HAProxy would be driven, and never touched by a command: %s', (_, plan, driven) => {
    const steps = batchesOf(plan).flatMap((batch) => batch.steps);
    expect(steps.filter((step) => step.kind !== 'confirm' && step.script.includes('socat'))).toEqual([]);
    const moves = (one: Plan): string[] =>
      one.phases.flatMap(({ id, batches }) =>
        batches.flatMap((batch) =>
          batch.steps.some((step) => step.kind === 'confirm' || ('run' in step && step.run.includes('set server')))
            ? [id]
            : [],
        ),
      );
    expect(moves(plan)).toEqual(moves(driven));
  });
});

const inGuideOrder = (rolling: object): Plan =>
  toyPartialPlan({
    controllers: ['ctl1', 'ctl2', 'ctl3'],
    request: { options: { rolling: { order: 'guide', ...rolling } } },
  });

/** Of each kind of run, and of each order of steps that has scripts of its own. */
const everyKind: [string, Plan][] = [
  ['full', toyPlan({ request: { options: { full: { order: 'allAtOnce' } } } })],
  ['staged', toyPlan({ request: { options: { full: { order: 'staged' } } } })],
  ['rolling', toyPartialPlan({ controllers: ['ctl1', 'ctl2', 'ctl3'] })],
  ['rolling, switched APIs', inGuideOrder({ apis: 'switchFirst' })],
  ['rolling, new code beside', inGuideOrder({ order: 'venv', wheelhouse: '/srv/heat-wheels' })],
];

describe('every script of a plan', () => {
  it.each(everyKind)('is one that a shell can read: %s', (_, plan) => {
    const steps = batchesOf(plan).flatMap((batch) => batch.steps.filter((step) => step.kind !== 'confirm'));
    const probes = everyPhase(plan).flatMap(({ preconditions }) => preconditions.map(({ probe }) => probe));
    const unreadable = [...steps, ...probes].flatMap(({ id, script }) => {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });
      // dash calls a here-document without its end a warning, and takes the rest of the script for its content.
      return status === 0 && stderr === '' ? [] : [`${id}: ${stderr}`];
    });
    expect(unreadable).toEqual([]);
  });
});

describe('every check of a plan', () => {
  it.each(everyKind)('has no `! command` whose failure the shell passes over: %s', (_, plan) => {
    const changes = batchesOf(plan).flatMap((batch) => batch.steps.filter((step) => step.kind === 'change'));
    const passedOver = changes.flatMap(({ id, check, run }) =>
      [check ?? '', run].flatMap((text) =>
        text
          .split('\n')
          .slice(0, -1) // the last one's answer is the script's own
          .concat(/; done$/.test(text) ? (text.split('\n').at(-1) ?? '') : [])
          .filter((line) => /(^\s*|\bdo |\bthen |; )! [^|&]*$/.test(line))
          .map((line) => `${id}: ${line}`),
      ),
    );
    // `set -e` never stops at a command behind `!`, and a loop answers for its last turn only.
    expect(passedOver).toEqual([]);
  });
});

/** Every step of a plan on every host that runs it. */
function boundSteps(plan: Plan): string[] {
  return batchesOf(plan).flatMap(({ hosts, steps }) => steps.flatMap(({ id }) => hosts.map((host) => `${id}@${host}`)));
}

function batchesOf(plan: Plan): Batch[] {
  return [
    ...everyPhase(plan).flatMap(({ batches: own, serving }) => [...own, ...(serving === null ? [] : [serving])]),
    ...plan.finally.always,
    ...plan.finally.resolved,
  ];
}

function twice(ids: readonly string[]): string[] {
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}
