import { checkPlan } from '../../plan/check';
import type { PlanRule } from '../../plan/check/plan-rule';
import type { CloudState } from '../../plan/cloud-state';
import type { Effect } from '../../schema/effect';
import type { Batch, Phase, Plan, Step, UndoPhase } from '../../schema/plan';
import { unsafeFindings } from '../../plan/findings/unsafe-plan';
import { toyDrawing } from '../support/planned';

interface Drawing {
  readonly plan: Plan;
  readonly before: CloudState;
}

const full = (): Drawing => toyDrawing({ kind: 'full' });
const telemetry = (): Drawing => toyDrawing({ kind: 'full', services: ['gnocchi', 'ceilometer'] });
const rolling = (): Drawing => toyDrawing({ services: ['heat'], request: { services: ['heat'] } });

/** The same plan with every step, in phases and in what undoes them, as `edit` wants it. */
function withSteps(drawing: Drawing, edit: (step: Step) => readonly Step[]): Drawing {
  return withBatches(drawing, (one) => ({ ...one, steps: one.steps.flatMap(edit) }));
}

function withBatches({ plan, before }: Drawing, batch: (one: Batch) => Batch): Drawing {
  const edited = <One extends UndoPhase>(one: One): One => ({ ...one, batches: one.batches.map(batch) });
  const phase = ({ wayBack, ...one }: Phase): Phase => ({
    ...edited(one),
    wayBack: wayBack.kind !== 'nothing' ? { ...wayBack, phases: wayBack.phases.map(edited) } : wayBack,
  });
  const { restore } = plan;
  return {
    plan: {
      ...plan,
      phases: plan.phases.map(phase),
      ...(restore === undefined ? {} : { restore: { ...restore, phases: restore.phases.map(edited) } }),
    },
    before,
  };
}

const without = (drawing: Drawing, ...ids: readonly string[]): Drawing =>
  withSteps(drawing, (step) => (ids.includes(step.id) ? [] : [step]));

/** Another effect than the one that the command has. */
const withEffects = (drawing: Drawing, id: string, effects: (own: readonly Effect[]) => readonly Effect[]): Drawing =>
  withSteps(drawing, (step) =>
    step.id === id && step.kind === 'change' ? [{ ...step, effects: effects(step.effects ?? []) }] : [step],
  );

function withPhases({ plan, before }: Drawing, edit: (phases: readonly Phase[]) => readonly Phase[]): Drawing {
  return { plan: { ...plan, phases: edit(plan.phases) }, before };
}

/** The stop of Heat's engines as one more lane of the group that waits for their work. */
function besideItsWork(batches: readonly Batch[]): readonly Batch[] {
  const has =
    (id: string) =>
    ({ steps }: Batch): boolean =>
      steps.some((step) => step.id === id);
  const inLane = (one: Batch, lane: string): Batch => ({ ...one, beside: { group: 'work ends', lane } });
  const stops = batches.filter(has('heat/stop-heat-engine'));
  return batches
    .filter((one) => !stops.includes(one))
    .flatMap((one) =>
      has('heat/work-ends-closed')(one)
        ? [inLane(one, 'work of heat'), ...stops.map((stop) => inLane(stop, 'heat-engine'))]
        : [one],
    );
}

const broken: readonly (readonly [PlanRule, string, Drawing])[] = [
  [
    'nobodyServes',
    'every server is drained at once',
    withEffects(rolling(), 'leave-old/serve', (own) =>
      own.map((effect) => (effect.kind === 'rotation' ? { ...effect, state: 'drain' } : effect)),
    ),
  ],
  ['requestsToStopped', 'an API stops that was never closed', without(full(), 'heat/close')],
  ['apiWithoutEngine', 'the side engine never starts', without(rolling(), 'side/start-engine')],
  ['engineStopsWithWork', 'nobody waits for stacks before a cold stop', without(full(), 'heat/work-ends-closed')],
  ['engineStopsWithWork', 'nobody sees that the old vhost is empty', without(rolling(), 'empty-old/still-ended')],
  [
    'releasesMeet',
    'the new code joins the vhost of the side engine',
    withEffects(rolling(), 'new-vhost/vhost', (own) =>
      own.map((effect) => (effect.kind === 'vhost' ? { ...effect, vhost: 'heat-bobcat-side' } : effect)),
    ),
  ],
  ['vhostGone', 'the new vhost was never made', without(rolling(), 'vhosts/next')],
  [
    'stepTwice',
    'a step is repeated under its id',
    withSteps(full(), (step) => (step.id === 'heat/close' ? [step, step] : [step])),
  ],
  ['schemaWithoutRestorePoint', 'the dump is not loaded', without(full(), 'restore-point/load-test-heat')],
  ['schemaWithoutRestorePoint', 'no dump of the silent service', without(full(), 'restore-point/dump-heat-final')],
  ['schemaWithoutRestorePoint', 'no dump before it rolls', without(rolling(), 'restore-point/dump-heat-prepare')],
  [
    'schemaWithoutRestorePoint',
    'what a restore replaces is not kept',
    without(full(), 'restore-point/dump-heat-failed'),
  ],
  ['restoreUnderService', 'an engine runs on while its database goes', without(full(), 'back-heat/stop-heat-engine')],
  ['oldCodeOnNewSchema', 'the rollback forgets a database', without(full(), 'rollback/restore-heat')],
  [
    'startBeforeSchema',
    'the schema is migrated after the start',
    withPhases(full(), (phases) => {
      const schema = phases.filter(({ id }) => id === 'database');
      return [...phases.filter(({ id }) => id !== 'database'), ...schema];
    }),
  ],
  ['codeUnderProcess', 'Keystone runs on while its packages go', without(full(), 'keystone/stop-keystone')],
  [
    'endMovesServers',
    'the end of a phase opens what its steps had closed',
    withPhases(full(), (phases) => {
      const opened = phases.at(-1)?.serving ?? null;
      return phases.map((phase) => (phase.id === 'stop' ? { ...phase, serving: opened } : phase));
    }),
  ],
  [
    'proofContradicts',
    'a probe waits for an engine that has stopped',
    without(rolling(), 'empty-old/stop-heat-engine'),
  ],
  ['proofContradicts', 'a service is called silent that runs', without(full(), 'heat/stop-heat-engine')],
  [
    'lanesDepend',
    'one lane makes what the other one takes away',
    withEffects(
      withEffects(full(), 'heat/stop-heat-api', (own) => [
        ...own,
        { kind: 'thing', thing: 'guard: apt', exists: true },
      ]),
      'heat/stop-heat-api-cfn',
      (own) => [...own, { kind: 'thing', thing: 'guard: apt', exists: false }],
    ),
  ],
  [
    'engineStopsWithWork',
    'an engine stops beside the wait for its work',
    withPhases(full(), (phases) => phases.map((phase) => ({ ...phase, batches: besideItsWork(phase.batches) }))),
  ],
  [
    'startsForNobody',
    'polling agents start, and no notification agent does',
    without(telemetry(), 'ceilometer/start-ceilometer-agent-notification'),
  ],
  ['rollbackEndsElsewhere', 'the rollback forgets the packages', without(rolling(), 'back/packages')],
  ['rollbackEndsElsewhere', 'the rollback with restore forgets the packages', without(rolling(), 'restore/packages')],
  [
    'rollbackEndsElsewhere',
    'the rollback with restore leaves the new vhost',
    without(rolling(), 'restore-stop/heat-bobcat'),
  ],
  ['oldCodeOnNewSchema', 'the rollback with restore forgets the database', without(rolling(), 'rollback/restore-heat')],
  [
    'restoreUnderService',
    'the side engine runs on while its database goes',
    without(rolling(), 'restore-stop/stop-engine'),
  ],
  [
    'schemaWithoutRestorePoint',
    'what a rolling restore replaces is not kept',
    without(rolling(), 'restore-point/dump-heat-failed'),
  ],
  [
    'engineStopsWithWork',
    'nobody waits for stacks before a rolling restore',
    without(rolling(), 'heat/work-ends-before-restore'),
  ],
  [
    'requestsToStopped',
    'users are let in before anything runs',
    withEffects(rolling(), 'restore-work/close', (own) =>
      own.map((effect) => (effect.kind === 'rotation' ? { ...effect, state: 'ready' } : effect)),
    ),
  ],
];

describe('the check of a plan', () => {
  it.each([
    ['full', full()],
    ['rolling', rolling()],
  ])('finds nothing in a plan that is right: %s', (_, drawing) => {
    expect(checkPlan(drawing)).toEqual([]);
  });

  it.each(broken)('%s: %s', (rule, _, drawing) => {
    expect(checkPlan(drawing).map((one) => one.rule)).toContain(rule);
  });

  it('has a plan that breaks it for every rule', () => {
    const every: Readonly<Record<PlanRule, true>> = {
      nobodyServes: true,
      requestsToStopped: true,
      apiWithoutEngine: true,
      engineStopsWithWork: true,
      releasesMeet: true,
      vhostGone: true,
      stepTwice: true,
      restoreUnderService: true,
      oldCodeOnNewSchema: true,
      schemaWithoutRestorePoint: true,
      startBeforeSchema: true,
      codeUnderProcess: true,
      endMovesServers: true,
      startsForNobody: true,
      lanesDepend: true,
      proofContradicts: true,
      rollbackEndsElsewhere: true,
    };
    expect([...new Set(broken.map(([rule]) => rule))].sort()).toEqual(Object.keys(every).sort());
  });

  it('says where and what, and refuses: nobody is asked to approve such a plan', () => {
    const [finding] = unsafeFindings(checkPlan(without(full(), 'heat/work-ends-closed')));
    expect(finding).toMatchObject({ id: 'unsafe-plan-engineStopsWithWork', level: 'blocker' });
    expect(finding?.text).toContain(
      'heat-engine@ctl1 stops while work may be in progress on vhost / (engineStopsWithWork, in stop, heat/stop-heat-engine@ctl1)',
    );
    expect(unsafeFindings([])).toEqual([]);
  });
});
