import type { Gate } from '../../schema/decision';
import type { PhaseStatus, RunStatus } from '../../schema/status';
import { at } from './moment';

export function toyStatus(change: Partial<RunStatus> = {}): RunStatus {
  return {
    runId: 'r1',
    cloud: 'cedar',
    kind: 'full',
    from: 'antelope',
    to: 'bobcat',
    services: ['keystone', 'heat'],
    state: 'running',
    digest: 'a'.repeat(64),
    fence: 7,
    startedAt: at(0),
    phases: [
      phaseStatus('prepare', 'complete', 10, 40),
      phaseStatus('stop', 'running', 40, null),
      phaseStatus('open', 'waiting', null, null),
    ],
    running: [{ step: 'heat/stop@ctl1', host: 'ctl1', title: 'stop heat-engine', since: at(50) }],
    gates: [],
    decisions: [],
    pausedBy: null,
    ignored: [],
    owed: [],
    ...change,
  };
}

export const toyGate: Gate = {
  code: 'k7f3a9',
  about: { kind: 'plan', digest: 'a'.repeat(64) },
  question: 'Upgrade keystone, heat?\n1. Prepare.',
  choices: ['approve', 'reject'],
  accept: ['disk-nearly-full@db1'],
  openedAt: at(5),
};

export function phaseStatus(
  id: string,
  state: PhaseStatus['state'],
  from: number | null,
  to: number | null,
): PhaseStatus {
  return {
    id,
    title: `Phase ${id}`,
    state,
    stepsDone: state === 'complete' ? 4 : state === 'running' ? 1 : 0,
    steps: 4,
    startedAt: from === null ? null : at(from),
    endedAt: to === null ? null : at(to),
  };
}
