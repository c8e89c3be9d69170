import type { HostName } from '../../lab';
import type { Gate } from '../../schema/decision';
import { insist, onHost, openGate, untilStatus, type UpgradeRig } from './upgrade-rig';

interface Asked {
  readonly rig: UpgradeRig;
  readonly id: string;
}

/** Where a package lies that cannot be installed: on the second controller, beside one on which all of them can. */
const host: HostName = 'ctl2';

/**
 * Starts a full upgrade, all at once, of a cloud of which one host cannot install this package: its file is damaged once everything is
 * stopped. Ends at the question about it.
 */
export async function failToInstall(options: {
  rig: UpgradeRig;
  /** Without options. */
  request: { readonly cloud: string; readonly to: string; readonly services?: readonly string[] };
  restart?: 'all';
  packageName: string;
}): Promise<{ readonly id: string; readonly failure: Gate }> {
  const { rig, request, restart, packageName } = options;
  const { client } = rig;
  const { workflowId: id } = await client.startFull({
    ...request,
    options: { gates: ['packages'], full: { order: 'allAtOnce' }, ...(restart === undefined ? {} : { restart }) },
  });
  const plan = await openGate({ client, id, about: 'plan', forSeconds: 300 });
  await client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
  const phase = await openGate({ client, id, about: 'phase', forSeconds: 900 });
  await onHost({
    host,
    command: `for file in /var/lib/openstack-upgrade/pool/*/new/${packageName}_*.deb; do echo broken > "$file"; done`,
  });
  await client.approve(id, { gate: phase.code, by: 'ana', reason: 'test' });
  const failure = await openGate({ client, id, about: 'failure', forSeconds: 900 });
  expect(failure.about).toMatchObject({ phaseId: 'packages', stepId: 'packages/install', host });
  return { id, failure };
}

/** Chooses the rollback at this question, and sees how it ends: its state, what else it asks, what is owed. */
export async function rolledBackAt({ rig, id, failure }: Asked & { readonly failure: Gate }): Promise<unknown[]> {
  const { client } = rig;
  await insist(() => client.decide(id, { gate: failure.code, choice: 'rollBack', by: 'bo', reason: 'test' }));
  const end = await untilStatus({
    client,
    id,
    holds: ({ state, gates }) => state === 'rolledBack' || gates.some(({ code }) => code !== failure.code),
    forSeconds: 1200,
  });
  return [end.state, end.gates.map(({ question }) => question), end.owed];
}
