import { dirname, join } from 'node:path';
import { boot, enter, leaderOf } from '../machine/container';
import { hostsWith, type HostName } from '../machine/hosts';
import { LabError } from '../machine/lab-error';
import { mountOverlay } from '../machine/overlay';
import { labPlaces } from '../machine/places';
import { familyOf } from '../packages/oddities';
import { until } from '../machine/processes';
import type { Say } from '../machine/progress';
import type { RunningState } from './running-state';
import { sharedFolders } from './shared-folders';

/** Boots the hosts that do not run, database, broker and load balancer first. */
export async function startHosts(options: { readonly state: RunningState; readonly say: Say }): Promise<void> {
  const { state, say } = options;
  for (const wave of [1, 2] as const) {
    const waiting = hostsWith(state.extras).filter((host) => host.wave === wave && leaderOf(host.name) === null);
    if (waiting.length > 0) say(`booting ${waiting.map(({ name }) => name).join(' ')}`);
    await Promise.all(waiting.map(({ name }) => startHost({ state, host: name })));
    if (wave === 1) await waitForGround();
  }
}

/** Mounts one host's root with the writable side that it has and boots it. A running host is left alone. */
export async function startHost(options: { readonly state: RunningState; readonly host: HostName }): Promise<void> {
  const { state, host } = options;
  if (leaderOf(host) !== null) return;
  await mountOverlay({ lower: state.lower[host], folder: join(labPlaces().run, host) });
  const [uppermost] = state.lower[host];
  const frozen = state.configured && uppermost !== undefined ? dirname(uppermost) : null;
  await boot({ host, family: familyOf(state.odd), binds: sharedFolders({ host, extras: state.extras, frozen }) });
}

/** Services that start before their database or broker give up or stay half-configured; so those come first. */
async function waitForGround(): Promise<void> {
  for (const [host, port] of [
    ['db1', 3306],
    ['mq1', 5672],
    ['lb1', 5000],
  ] as const) {
    const command = `ss -Hltn 'sport = :${port}' | grep -q .`;
    const ready = await until({
      seconds: 120,
      everyMs: 300,
      holds: async () => (await enter({ host, command })).exitCode === 0,
    });
    if (!ready) throw new LabError(`${host} does not listen on port ${port}. Read npm run lab -- logs ${host}.`);
  }
}
