import type { Phase, Plan, Step } from '../../schema/plan';
import { versionsOfRun } from '../commands/packages-back';
import { secretsReady } from '../commands/token-proof';
import { inLanes } from './phase';

const guardThings = /^(?:guard: (?:apt|policy-rc\.d|debconf answers|drop-ins of .*)|helper: program .*)$/;

/** What keeps others away, programs, and the watch: that run may have taken them away at its end. */
export function guards({ phases, packageSets }: Plan): Phase {
  const isGuard = (step: Step): boolean =>
    step.kind === 'watch' ||
    (step.kind === 'change' &&
      (step.effects ?? []).some((one) => one.kind === 'thing' && one.exists && guardThings.test(one.thing)));
  const all = phases.flatMap(({ batches }) => batches);
  const proofHosts = all
    .filter(({ steps }) => steps.some(({ id }) => id === 'prepare/program-openstack-check'))
    .flatMap(({ hosts }) => hosts);
  return {
    id: 'guards',
    title: 'Guards: nobody else changes the hosts',
    impact: 'None.',
    altersCloud: false,
    preconditions: packageSets.flatMap(({ hosts, packages }) =>
      hosts.map((host) => ({ host, probe: versionsOfRun({ packages }) })),
    ),
    gate: null,
    // None of them needs another one.
    batches: inLanes({
      group: 'guards',
      lanes: [
        ...all.map(({ hosts, maxFailures, steps }) => ({ hosts, maxFailures, steps: steps.filter(isGuard) })),
        { hosts: [...new Set(proofHosts)], maxFailures: 0, steps: [secretsReady] },
      ].map((one) => ({ lane: `${one.steps[0]?.title ?? ''} (${one.hosts.join(', ')})`, batches: [one] })),
    }),
    serving: null,
    wayBack: { kind: 'nothing' },
  };
}
