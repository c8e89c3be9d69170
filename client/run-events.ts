import type { Decision, Gate } from '../schema/decision';
import type { OutageStatus, PhaseStatus, RunningStep, RunState, RunStatus } from '../schema/status';

/** What happens to a run, as it is seen from outside by looking again and again. */
export type RunEvent =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'phaseStarted'; readonly phase: PhaseStatus }
  /** `state` of the phase: complete, leftOut or stopped. */
  | { readonly kind: 'phaseEnded'; readonly phase: PhaseStatus }
  | { readonly kind: 'state'; readonly state: RunState }
  | { readonly kind: 'stepStarted'; readonly step: RunningStep }
  | { readonly kind: 'gateOpened'; readonly gate: Gate }
  | { readonly kind: 'gateClosed'; readonly gate: Gate }
  /** A service was closed or down for longer than its budget. Once for each service. */
  | { readonly kind: 'overBudget'; readonly outage: OutageStatus }
  | { readonly kind: 'paused'; readonly by: string }
  | { readonly kind: 'ignored'; readonly sentence: string };

/** What happened between two looks at a run, in the order in which a reader wants it. `before` null: the first look. */
export function eventsBetween(options: { before: RunStatus | null; after: RunStatus }): readonly RunEvent[] {
  const { before, after } = options;
  const gatesBefore = before?.gates ?? [];
  return [
    ...after.decisions
      .slice(before?.decisions.length ?? 0)
      .map((decision) => ({ kind: 'decision', decision }) as const),
    ...phasesBetween({ before, after }),
    ...(before?.state === after.state ? [] : [{ kind: 'state', state: after.state } as const]),
    ...after.running
      .filter(({ step, since }) => !(before?.running ?? []).some((one) => one.step === step && one.since === since))
      .map((step) => ({ kind: 'stepStarted', step }) as const),
    ...without(gatesBefore, after.gates).map((gate) => ({ kind: 'gateClosed', gate }) as const),
    ...without(after.gates, gatesBefore).map((gate) => ({ kind: 'gateOpened', gate }) as const),
    ...overBudget(after)
      .filter(({ service }) => !overBudget(before).some((one) => one.service === service))
      .map((outage) => ({ kind: 'overBudget', outage }) as const),
    ...(after.pausedBy !== null && before?.pausedBy !== after.pausedBy
      ? [{ kind: 'paused', by: after.pausedBy } as const]
      : []),
    ...after.ignored
      .filter((sentence) => !(before?.ignored ?? []).includes(sentence))
      .map((sentence) => ({ kind: 'ignored', sentence }) as const),
  ];
}

function overBudget(status: RunStatus | null): readonly OutageStatus[] {
  return status?.outages?.filter((outage) => outage.overBudget) ?? [];
}

function without(gates: readonly Gate[], others: readonly Gate[]): readonly Gate[] {
  return gates.filter(({ code }) => !others.some((other) => other.code === code));
}

function phasesBetween(options: { before: RunStatus | null; after: RunStatus }): readonly RunEvent[] {
  return options.after.phases.flatMap((phase): readonly RunEvent[] => {
    const old = options.before?.phases.find(({ id }) => id === phase.id);
    if (phase.startedAt === null || old?.state === phase.state) return [];
    const started = old === undefined || old.startedAt === null ? [{ kind: 'phaseStarted', phase } as const] : [];
    return phase.endedAt === null ? started : [...started, { kind: 'phaseEnded', phase }];
  });
}
