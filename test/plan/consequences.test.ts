import type { Effect } from '../../schema/effect';
import type { Batch, Phase } from '../../schema/plan';
import { undoPhasesOf } from '../../schema/walk-plan';
import { toyDrawing } from '../support/planned';
import { drawings, fullPlans, rollingPlans } from './toy-plans';

/** People move the servers, or the services of the run have no API. */
const unbalanced = [
  'partial-balanced-by-people',
  'full-ceilometer-only',
  'full-computes-upgraded',
  'full-computes-stopped',
];
const balancedPlans = Object.entries({ ...fullPlans, ...rollingPlans }).filter(([name]) => !unbalanced.includes(name));

/** "heat_api/ctl1 is ready", for every server that the end of a phase sets. */
function left({ serving }: Pick<Phase, 'serving'>): string[] {
  const effects = (serving?.steps ?? []).flatMap((step): readonly Effect[] =>
    'effects' in step ? (step.effects ?? []) : [],
  );
  return effects.flatMap((one) => (one.kind === 'rotation' ? [`${one.server} is ${one.state}`] : []));
}

/** The same for what the check before a phase asks for, read from its text. */
function looked({ id, preconditions }: Phase): string[] {
  const script = preconditions.find(({ probe }) => probe.id === `drift/serving-${id}`)?.probe.script ?? '';
  return [...script.matchAll(/'(\S+) is not (\w+) any more'/g)].map(([, server, state]) => `${server} is ${state}`);
}

const switched = (controllers: readonly string[]): readonly Phase[] =>
  toyDrawing({
    controllers,
    services: ['heat'],
    request: { services: ['heat'], options: { rolling: { order: 'guide', apis: 'switchFirst' } } },
  }).plan.phases;

describe('what follows from the effects of an order', () => {
  it.each(balancedPlans)('%s: every phase ends with a state, and the next one begins with a check of it', (_, plan) => {
    const { phases } = plan();
    expect(phases.map(left).filter((servers) => servers.length === 0)).toEqual([]);
    expect(phases.slice(1).map(looked)).toEqual(phases.slice(0, -1).map(left));
    expect(phases.slice(0, 1).map(looked)).toEqual([[]]);
  });

  it.each(Object.keys(drawings) as (keyof typeof drawings)[])(
    '%s: a rollback sets only servers that its own steps move: it may begin where the others are as they always were',
    (name) => {
      const undo = drawings[name]!().plan.phases.flatMap(({ wayBack }) => undoPhasesOf(wayBack));
      const servers = (batches: readonly Batch[]): string[] =>
        batches.flatMap(({ steps }) =>
          steps.flatMap((step) =>
            'effects' in step
              ? (step.effects ?? []).flatMap((one) => (one.kind === 'rotation' ? [one.server] : []))
              : [],
          ),
        );
      for (const { batches, serving } of undo) {
        const own = servers(batches);
        expect(servers(serving === null ? [] : [serving]).filter((server) => !own.includes(server))).toEqual([]);
      }
    },
  );

  it('tells hosts that follow each other in one sentence', () => {
    const impact = switched(['ctl1', 'ctl2', 'ctl3', 'ctl4', 'ctl5', 'ctl6']).find(({ id }) => id === 'switch-apis');
    expect(impact?.impact).toBe(
      'Only ctl1 serves with the new code, then host by host until every API serves: ' +
        'ctl1 with the new code and ctl2, ctl3, ctl4, ctl5, ctl6 with the installed code.',
    );
  });
});
