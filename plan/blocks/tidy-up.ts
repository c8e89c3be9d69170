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
import { batch, onDatabase } from './phase';
import { canaryAway } from './service-proofs';

/** Undoes only what this run put there. While the cloud is half-done the guards stay: `resolved` waits. */
export function tidyUp(options: { scope: Scope }): Finally {
  const { scope } = options;
  return {
    always: [
      batch({ hosts: scope.loadBalancers, steps: [watchingEnds] }),
      onDatabase({ scope, steps: [scratchAway] }),
      batch({ hosts: [scope.proofHost], steps: [secretsAway] }),
    ],
    resolved: [
      // Of a run that was rolled back, or stopped before its end; a completed one has removed it already.
      ...canariesAway({ scope }),
      ...sitesUnlocked({ scope }),
      ...scope.packageSets.map(({ hosts, packages }) =>
        batch({
          hosts,
          steps: [
            openDoors({
              id: 'units/open-doors',
              units: scope.services.flatMap(({ service }) => service.units.map(({ name }) => name)),
            }),
            autoStartAgain,
            holdsAsBefore({ packages }),
            pinsAway({ packages, deb822: scope.cloud.sourceTexts[scope.to] ?? '' }),
          ],
        }),
      ),
      batch({ hosts: scope.allHosts, steps: [unquietApt] }),
    ],
  };
}

function canariesAway({ scope }: { scope: Scope }): Batch[] {
  const steps = scope.services.flatMap((scoped) =>
    canaryAway({ scope, scoped, label: `finally-${scoped.service.name}`, maySurvive: true }),
  );
  return steps.length === 0 ? [] : [batch({ hosts: [scope.proofHost], steps })];
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
