import type { Batch, Change, Confirm, Finding, Phase, Plan, Probe, Step } from '../../schema/plan';

/** A change that the toy cloud knows by its id. */
export function toyChange(id: string, parts: Partial<Change> = {}): Change {
  return {
    kind: 'change',
    id,
    title: id.replaceAll('/', ' '),
    script: `toy ${id}`,
    check: null,
    run: `toy-run ${id}`,
    effects: [],
    onInterrupted: 'ask',
    timeoutSeconds: 60,
    mutex: null,
    requirements: [],
    ...parts,
  };
}

export function toyProbe(id: string, parts: Partial<Probe> = {}): Probe {
  return {
    kind: 'probe',
    id,
    title: `look at ${id}`,
    script: `toy ${id}`,
    expect: {},
    retryForSeconds: 0,
    everySeconds: 1,
    timeoutSeconds: 10,
    requirements: [],
    ...parts,
  };
}

export function toyConfirm(id: string): Confirm {
  return { kind: 'confirm', id, title: `ask for ${id}`, question: `Is ${id} done?`, requirements: [] };
}

export function toyBatch(hosts: readonly string[], steps: readonly Step[], maxFailures = 0): Batch {
  return { hosts, maxFailures, steps };
}

export function toyPhase(id: string, batches: readonly Batch[], parts: Partial<Phase> = {}): Phase {
  return {
    id,
    title: `Phase ${id}`,
    impact: 'None.',
    wayBack: { kind: 'restore', schemas: [], loses: 'nothing', phases: [] },
    altersCloud: id !== 'prepare',
    preconditions: [],
    gate: null,
    batches,
    serving: null,
    ...parts,
  };
}

export const toyWarning: Finding = {
  id: 'disk-nearly-full@db1',
  level: 'warning',
  host: 'db1',
  text: 'db1 has 2.1 GB left below /var.',
  remedy: 'Free some room.',
  sources: ['R-OPS-9'],
};

export const controllers = ['ctl1', 'ctl2'] as const;

/** Two controllers, a database and a load balancer; small, with everything that plans can hold. */
export function toyPlan(parts: Partial<Plan> = {}): Plan {
  const serving = (id: string): Batch => toyBatch(['lb1'], [toyChange(`${id}/serving`)]);
  return {
    schemaVersion: 1,
    kind: 'full',
    runId: '00000000-0000-4000-8000-000000000000',
    cloud: 'cedar',
    cloudDigest: 'cloud-digest',
    from: 'antelope',
    to: 'bobcat',
    services: [
      { name: 'keystone', versionPackage: 'keystone', apis: ['keystone'] },
      { name: 'heat', versionPackage: 'heat-common', apis: ['heat-api', 'heat-api-cfn'] },
    ],
    hosts: ['ctl1', 'ctl2', 'db1', 'lb1'].map((name) => ({ name, roles: [] })),
    lockHost: 'db1',
    approvers: [],
    findings: [],
    packageSets: [],
    phases: [
      toyPhase('prepare', [toyBatch(controllers, [toyChange('packages/hold'), toyChange('packages/fetch')])], {
        preconditions: controllers.map((host) => ({ host, probe: toyProbe('packages/as-planned') })),
        serving: serving('prepare'),
      }),
      toyPhase('stop', [toyBatch(controllers, [toyChange('heat/stop')])], { serving: serving('stop') }),
      toyPhase('database', [toyBatch(['ctl1'], [toyProbe('heat/revision'), toyChange('heat/db-sync')])]),
      toyPhase('open', [toyBatch(['lb1'], [toyChange('open/serve'), toyProbe('open/up')])], {
        serving: serving('open'),
      }),
    ],
    finally: {
      always: [toyBatch(['db1'], [toyChange('scratch/away', { onInterrupted: 'rerun' })])],
      resolved: [toyBatch(controllers, [toyChange('packages/unhold', { onInterrupted: 'rerun' })])],
    },
    ...parts,
  };
}

/** One step, for tests about everything but steps. */
export function smallPlan(parts: Partial<Plan> = {}): Plan {
  const phases = [toyPhase('prepare', [toyBatch(['db1'], [toyChange('packages/hold')])])];
  return toyPlan({ phases, finally: { always: [], resolved: [] }, ...parts });
}
