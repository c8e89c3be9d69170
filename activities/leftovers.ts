import { stateDirectory } from '../catalog/platform/apt';
import { loadBalancer } from '../catalog/platform/haproxy';
import { withApiPorts } from '../catalog/api-ports';
import type { Service } from '../catalog/service';
import { services as packaged } from '../catalog/services';
import type { Leftovers } from '../schema/activities';
import { serviceNames, type Plan } from '../schema/plan';
import { planOf, type RecordedPlan } from '../schema/recorded';
import { haproxiesOf } from '../schema/cloud';
import { stepsOn } from '../schema/walk-plan';
import { sh } from '../shell/sh';
import { readLock } from './cloud-lock';
import { remainingNow } from './remaining';
import type { Reach } from './reach';

const nobody = { runId: null, plan: null, digest: null, workflowId: null, to: null, lock: '', stillDown: [] } as const;

/** What an earlier run left on this cloud: the lock says who, the run's files say what. */
export async function leftovers(options: { reach: Reach }): Promise<Leftovers> {
  const { reach } = options;
  const [lock, remains] = await Promise.all([readLock({ reach }), remainingNow({ reach })]);
  const runId = lock?.['run'];
  if (lock === null || runId === undefined)
    return { ...nobody, remains, lockHost: reach.cloud.lockHost, approvers: reach.cloud.approvals.approvers };
  const run = `${stateDirectory}/runs/${runId}`;
  const stored = await reach.root.run({
    host: reach.cloud.lockHost,
    deadlineSeconds: 60,
    script: sh`digest=$(cat ${run}/digest) && echo "$digest" && cat ${run}/plan.json`.text,
  });
  const [digest = '', ...rest] = stored.stdout.split('\n');
  const plan = stored.exitCode === 0 ? planOf(JSON.parse(rest.join('\n')) as RecordedPlan) : null;
  return {
    runId,
    // Only what finishing runs: with its phases a plan may be larger than Temporal takes.
    plan: plan === null ? null : { ...plan, phases: [] },
    digest: plan === null ? null : digest,
    workflowId: lock['workflow'] ?? null,
    lock: Object.entries(lock)
      .map(([key, value]) => `${key}=${value}`)
      .join(', '),
    lockHost: reach.cloud.lockHost,
    approvers: reach.cloud.approvals.approvers,
    to: plan?.to ?? null,
    stillDown: plan === null ? [] : await stillDown({ reach, plan }),
    remains,
  };
}

/** What users miss now, a sentence a host. A host that does not answer is said, too. */
async function stillDown(options: { reach: Reach; plan: Plan }): Promise<string[]> {
  const { reach, plan } = options;
  const services = withApiPorts({ services: packaged, cloud: reach.cloud }).filter(({ name }) =>
    serviceNames(plan).includes(name),
  );
  const looks = [
    ...plan.hosts.map(({ name: host }) => ({
      host,
      look: () => stoppedUnits({ reach, host, units: unitsStoppedOn({ plan, host, services }) }),
    })),
    ...haproxiesOf(reach.cloud).hosts.map((host) => ({
      host,
      look: () =>
        closedServers({ reach, host, ports: services.flatMap(({ units }) => units.map(({ api }) => api?.port)) }),
    })),
  ];
  const found = await Promise.all(looks.map(({ host, look }) => look().catch(() => `${host} does not answer`)));
  return found.filter((sentence) => sentence !== null);
}

/** Units of the packages that the plan stops there: hosts whose packages stay may have agents that stop with all others. */
function unitsStoppedOn(options: { plan: Plan; host: string; services: readonly Service[] }): string[] {
  const { plan, host, services } = options;
  const packagedUnits = services.flatMap(({ units }) => units.map(({ name }) => name));
  const steps = stepsOn({ batches: plan.phases.flatMap(({ batches }) => batches), host });
  const effects = steps.flatMap((step) => (step.kind === 'change' ? (step.effects ?? []) : []));
  const stopped = effects.flatMap((effect) => (effect.kind === 'process' && !effect.runs ? [effect.unit] : []));
  return [...new Set(stopped)].filter((unit) => packagedUnits.includes(unit));
}

async function stoppedUnits(options: { reach: Reach; host: string; units: readonly string[] }): Promise<string | null> {
  const { reach, host, units } = options;
  if (units.length === 0) return null;
  const { stdout } = await reach.root.run({
    host,
    deadlineSeconds: 60,
    script: sh`for unit in ${units}; do systemctl -q is-active "$unit" || echo "$unit"; done`.text,
  });
  const stopped = stdout.split('\n').filter(Boolean);
  return stopped.length === 0 ? null : `${host}: not running: ${stopped.join(', ')}`;
}

async function closedServers(options: {
  reach: Reach;
  host: string;
  ports: readonly (number | undefined)[];
}): Promise<string | null> {
  const { reach, host, ports } = options;
  const reader = loadBalancer({ socket: haproxiesOf(reach.cloud).socket });
  const result = await reach.root.run({ host, deadlineSeconds: 60, script: reader.script.text });
  const closed = reader
    .parse(result)
    .servers.filter(({ port, administration }) => ports.includes(port) && administration !== 'ready');
  return closed.length === 0
    ? null
    : `${host}: taken out of the load balancer: ${closed.map(({ backend, server }) => `${backend}/${server}`).join(', ')}`;
}
