import type { HostName } from '../../schema/names';
import type { Batch, Phase, Plan, Step } from '../../schema/plan';
import { stagesOf } from '../../schema/walk-plan';
import { applied, proved, visible, type CloudState } from '../cloud-state';
import { brokenMoments } from './moments';
import { forbiddenMoves } from './moves';
import { fault, type Fault, type Violation } from './plan-rule';
import { contradictions } from './proofs';

export interface Where {
  readonly kind: Plan['kind'];
  readonly state: CloudState;
}

export interface Walked {
  readonly state: CloudState;
  readonly violations: readonly Violation[];
}

interface Stepped {
  readonly state: CloudState;
  readonly faults: readonly Fault[];
}

/** A phase to its end, with the state that it gives the load balancer. */
export function walkPhase(options: Where & { phase: Phase }): Walked {
  const { kind, phase } = options;
  const steps = walkBatches({ ...options, at: phase.id, batches: phase.batches });
  const end = walkBatches({
    kind,
    state: steps.state,
    at: phase.id,
    batches: phase.serving === null ? [] : [phase.serving],
  });
  const moved = visible(end.state) !== visible(steps.state);
  return {
    // Between two phases a person may be asked, and anything may begin meanwhile.
    state: { ...end.state, idle: [] },
    violations: [
      ...steps.violations,
      ...end.violations,
      ...(moved
        ? [{ at: phase.id, ...fault('endMovesServers', 'its end moves servers that none of its steps moved') }]
        : []),
    ],
  };
}

function walkBatches(options: Where & { at: string; batches: readonly Batch[] }): Walked {
  const { kind, at } = options;
  return stagesOf(options.batches).reduce<Walked>(
    ({ state, violations }, lanes) => {
      const next =
        lanes.length === 1
          ? walkSteps({ kind, at, state, batches: lanes[0] ?? [] })
          : walkLanes({ kind, at, state, lanes });
      return { state: next.state, violations: [...violations, ...next.violations] };
    },
    { state: options.state, violations: [] },
  );
}

/**
 * Lanes may come in any order: each of them is walked as the first, before the others have begun, and as the last, after they have ended.
 * Orders in which two lanes alternate are not walked (docs/decisions/0012). All orders must end in the same cloud: else one lane
 * undoes what another one does.
 */
function walkLanes(options: Where & { at: string; lanes: readonly (readonly Batch[])[] }): Walked {
  const { kind, at, state, lanes } = options;
  const orders = lanes.flatMap((lane) => {
    const others = lanes.filter((one) => one !== lane).flat();
    return [
      [...lane, ...others],
      [...others, ...lane],
    ];
  });
  const inOrder = walkSteps({ kind, at, state, batches: lanes.flat() });
  const walked = [inOrder, ...orders.map((batches) => walkSteps({ kind, at, state, batches }))];
  const all = walked.flatMap(({ violations }) => violations);
  const differ = walked.some((one) => comparable(one.state) !== comparable(inOrder.state));
  return {
    state: inOrder.state,
    violations: [
      ...all.filter(
        (one, index) => all.findIndex((other) => other.at === one.at && other.sentence === one.sentence) === index,
      ),
      ...(differ
        ? [
            {
              at,
              ...fault(
                'lanesDepend',
                `what goes side by side in "${groupOf(lanes)}" ends differently by who comes first`,
              ),
            },
          ]
        : []),
    ],
  };
}

const groupOf = (lanes: readonly (readonly Batch[])[]): string => lanes[0]?.[0]?.beside?.group ?? '';

/** Whatever the order in which things came to be. */
function comparable(state: CloudState): string {
  const { things, fed, idle, closedFronts } = state;
  const maps = [state.running, state.code, state.files, state.rotation, state.schemas];
  return JSON.stringify([
    ...maps.map((map) => Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1))),
    ...[things, fed, idle, closedFronts].map((list) => [...list].sort()),
  ]);
}

function walkSteps(options: Where & { at: string; batches: readonly Batch[] }): Walked {
  const { kind, at } = options;
  return stepsOf(options.batches).reduce<Walked>(
    ({ state, violations }, { host, step }) => {
      const next = walkStep({ kind, state, host, step });
      const where = `${at}, ${step.id}@${host}`;
      return {
        state: next.state,
        violations: [...violations, ...next.violations.map((one) => ({ ...one, at: where }))],
      };
    },
    { state: options.state, violations: [] },
  );
}

/** Every step on its host, in an order in which a run may come to them. */
export function stepsOf(batches: readonly Batch[]): { readonly host: HostName; readonly step: Step }[] {
  return batches.flatMap(({ hosts, steps }) => hosts.flatMap((host) => steps.map((step) => ({ host, step }))));
}

/** One step that ends well. */
export function walkStep(options: Where & { host: HostName; step: Step }): Walked {
  const { kind, state, host, step } = options;
  const { state: next, faults } = stepped({ kind, state, host, step });
  return { state: next, violations: faults.map((one) => ({ at: `${step.id}@${host}`, ...one })) };
}

function stepped(options: Where & { host: HostName; step: Step }): Stepped {
  const { kind, state, host, step } = options;
  const start: Stepped = { state, faults: [] };
  switch (step.kind) {
    case 'probe':
      return (step.proves ?? []).reduce<Stepped>((walked, proof) => {
        const faults = [...walked.faults, ...contradictions({ state: walked.state, host, proof })];
        return { state: proved({ state: walked.state, proof }), faults };
      }, start);
    case 'change':
    case 'confirm':
      return (step.effects ?? []).reduce<Stepped>((walked, effect) => {
        const next = applied({ state: walked.state, host, effect });
        const faults = [
          ...walked.faults,
          ...forbiddenMoves({ kind, state: walked.state, host, effect }),
          ...newlyBroken({ kind, before: walked.state, after: next }),
        ];
        return { state: next, faults };
      }, start);
    case 'watch':
      return start;
    default:
      return step satisfies never;
  }
}

/** A moment that was broken already is told once. */
function newlyBroken(options: { kind: Plan['kind']; before: CloudState; after: CloudState }): Fault[] {
  const { kind, before, after } = options;
  const now = brokenMoments({ kind, state: after });
  if (now.length === 0) return [];
  const was = brokenMoments({ kind, state: before }).map(({ sentence }) => sentence);
  return now.filter(({ sentence }) => !was.includes(sentence));
}
