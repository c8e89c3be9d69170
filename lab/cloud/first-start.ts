import { join } from 'node:path';
import { waitForCloud } from './cloud-answers';
import { configureCloud } from './configure';
import { boot, powerOff, rootOf } from '../machine/container';
import { throwAwayRun } from './down';
import { dressHost } from './dress-host';
import { freeze, frozenFolder, isFrozen } from './frozen';
import { hostsWith, labHosts, type HostName } from '../machine/hosts';
import { raiseBridge } from '../machine/network';
import { mountOverlay, unmount } from '../machine/overlay';
import { labPlaces } from '../machine/places';
import type { Say } from '../machine/progress';
import { writeRunningState, type RunningState } from './running-state';
import { waitForSamples } from './samples';
import { sharedFolders } from './shared-folders';
import type { CloudShape } from '../packages/cloud-shape';
import { familyOf } from '../packages/oddities';
import type { SeriesName } from '../packages/series';
import type { Stacks } from './stacks';

interface FirstStart extends CloudShape {
  readonly series: SeriesName;
  readonly stacks: Stacks;
  readonly say: Say;
}

/** Makes sure that the series has a frozen state and says how a run on top of it begins. */
export async function freshRun(options: FirstStart): Promise<RunningState> {
  const { series, extras, packaging, odd, stacks } = options;
  const frozen = { series, extras, packaging, odd, key: stacks.key };
  if (!isFrozen(frozen)) await makeFrozen(options);
  return describeRun({
    ...options,
    configured: true,
    above: (host) => [frozenFolder({ ...frozen, host })],
  });
}

/** Boot, configure, prove, power off, freeze. What is interrupted leaves no frozen state and is begun again. */
async function makeFrozen(options: FirstStart): Promise<void> {
  const { series, extras, packaging, odd, stacks, say } = options;
  const shape = { extras, packaging, odd };
  const family = familyOf(odd);
  const hosts = hostsWith(extras);
  const state = describeRun({ ...options, configured: false, above: () => [] });
  writeRunningState(state);
  await raiseBridge(family);
  say('first boot of the hosts');
  for (const host of hosts) {
    await mountOverlay({ lower: state.lower[host.name], folder: join(labPlaces().run, host.name) });
    await dressHost({ host, root: rootOf(host.name), series, ...shape });
  }
  await Promise.all(
    hosts.map(({ name: host }) => boot({ host, family, binds: sharedFolders({ host, extras, frozen: null }) })),
  );
  await configureCloud({ ...shape, say });
  await waitForCloud({ seconds: 180, extras });
  await waitForSamples({ extras });
  say('stopping the hosts and freezing them');
  for (const wave of [2, 1] as const) {
    const stopping = hosts.filter((host) => host.wave === wave);
    await Promise.all(stopping.map(({ name }) => powerOff({ host: name })));
  }
  for (const { name } of hosts) await unmount(rootOf(name));
  freeze({ series, ...shape, key: stacks.key });
  await throwAwayRun();
}

function describeRun(
  options: FirstStart & {
    readonly configured: boolean;
    readonly above: (host: HostName) => readonly string[];
  },
): RunningState {
  const { series, extras, packaging, odd, configured, above, stacks } = options;
  const lower = labHosts.map(({ name, layer }) => [name, [...above(name), ...stacks.lower[layer]]] as const);
  return {
    directory: labPlaces().directory,
    series,
    extras,
    packaging,
    odd,
    startedAt: new Date().toISOString(),
    configured,
    lower: Object.fromEntries(lower) as Record<HostName, readonly string[]>,
  };
}
