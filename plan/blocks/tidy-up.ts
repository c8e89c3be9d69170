import type { Batch, Finally } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { change } from '../change';
import { unlockSite } from '../commands/apache';
import { watchingEnds } from '../commands/availability';
import { scratchAway } from '../commands/database';
import { autoStartAgain, holdsAsBefore, pinsAway } from '../commands/packages';
import { unquietApt } from '../commands/restore-point';
import { openDoors } from '../commands/systemd';
import { placesOf, type Scope } from '../scope/scope';
import { batch, inLanes, type Lane, onDatabase, proofLane } from './phase';
import { backlogWatchEnded } from './quiet-hour';
import { canaryAway } from './service-proofs';

/** Undoes only what this run put there. While the cloud is half-done the guards stay: `resolved` waits. */
export function tidyUp(options: { scope: Scope }): Finally {
  const { scope } = options;
  return {
    always: inLanes({
      group: 'helpers',
      lanes: [
        { lane: 'availability watch', batches: [batch({ hosts: scope.loadBalancers, steps: [watchingEnds] })] },
        { lane: 'count of what waits', batches: backlogWatchEnded({ scope }) },
        { lane: 'temporary database servers', batches: [onDatabase({ scope, steps: [scratchAway] })] },
        proofLane({ lane: 'tokens', scope, steps: [secretsAway] }),
      ],
    }),
    resolved: [
      ...inLanes({
        group: 'canaries and guards',
        lanes: [
          ...canariesAway({ scope }),
          { lane: 'units and packages', batches: [...sitesUnlocked({ scope }), ...unguarded({ scope })] },
        ],
      }),
      batch({ hosts: scope.allHosts, steps: [unquietApt] }),
    ],
  };
}

/** Of a run that was stopped before its end; another one has removed them already. */
function canariesAway({ scope }: { scope: Scope }): Lane[] {
  return scope.services.map((scoped) => {
    const { name } = scoped.service;
    const steps = canaryAway({ scope, scoped, label: `finally-${name}`, maySurvive: true });
    return proofLane({ lane: `canary of ${name}`, scope, steps });
  });
}

function unguarded({ scope }: { scope: Scope }): Batch[] {
  const units = scope.services.flatMap(({ service }) => service.units.map(({ name }) => name));
  const doors = openDoors({ id: 'units/open-doors', units });
  const unchanged = [...new Set(scope.services.flatMap((scoped) => scoped.unchanged))];
  return [
    ...scope.packageSets.map(({ hosts, packages }) =>
      batch({
        hosts,
        steps: [
          doors,
          autoStartAgain,
          holdsAsBefore({ packages }),
          pinsAway({ packages, deb822: scope.cloud.sourceTexts[scope.to] ?? '' }),
        ],
      }),
    ),
    ...(unchanged.length === 0 ? [] : [batch({ hosts: unchanged, steps: [doors] })]),
  ];
}

function sitesUnlocked({ scope }: { scope: Scope }): Batch[] {
  return scope.services.flatMap((scoped) =>
    scoped.service.units.flatMap(({ name }) =>
      placesOf({ scoped, unit: name }).flatMap(({ hosts, site }) =>
        site === null
          ? []
          : [batch({ hosts, steps: [unlockSite({ id: `${scoped.service.name}/unlock-${name}`, unit: name, site })] })],
      ),
    ),
  );
}

const secretsAway = change({
  id: 'secrets/away',
  title: 'remove tokens',
  check: sh`test ! -e "$SECRETS"`,
  run: sh`rm -rf "$SECRETS"`,
  effects: [{ kind: 'thing', thing: 'helper: tokens', exists: false }],
  onInterrupted: 'rerun',
  timeoutSeconds: 60,
  requirements: [],
});
