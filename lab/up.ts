import { join } from 'node:path';
import { writeCloudDescription } from './cloud-description';
import { waitForCloud } from './cloud-answers';
import { configureCloud } from './configure';
import { boot, enter, leaderOf, powerOff, rootOf, type Container } from './container';
import { dressHost } from './dress-host';
import { freeze, frozenFolder, isFrozen } from './frozen';
import { hostNamed, hostNames, labHosts, type HostName } from './hosts';
import type { Lab } from './lab';
import { LabError } from './lab-error';
import { throwAwayRun } from './down';
import { raiseBridge } from './network';
import { mountOverlay, unmount } from './overlay';
import { packageServerRuns, servePackages } from './package-server';
import { labPlaces } from './places';
import { until } from './processes';
import type { Say } from './progress';
import { meetRequirements } from './requirements';
import { readRunningState, writeRunningState, type RunningState } from './running-state';
import type { SeriesName } from './series';
import { makeSshKeys } from './ssh-keys';
import { buildStacks, type Stacks } from './stacks';

/**
 * Raises the lab, or repairs and returns the one that runs. Every start after a `labDown` begins at the frozen state:
 * a configured cloud with no stack in it. Throws LabError with a sentence for a person.
 */
export async function labUp(options: { readonly series?: SeriesName; readonly onProgress?: Say } = {}): Promise<Lab> {
  const { series = 'antelope', onProgress: say = () => undefined } = options;
  await meetRequirements({ say });
  await makeSshKeys();
  const running = readRunningState();
  if (running?.configured === true && hostNames.some((host) => leaderIn({ state: running, host }) !== null)) {
    refuseOther({ running, series });
    return finishStart({ state: running, say });
  }
  await throwAwayRun();
  const stacks = await buildStacks({ series, say });
  if (!isFrozen({ series, key: stacks.key })) await makeFrozen({ series, stacks, say });
  const state = writeRunningState({
    directory: labPlaces().directory,
    series,
    startedAt: new Date().toISOString(),
    configured: true,
    lower: lowerFolders({ stacks, above: (host) => [frozenFolder({ series, key: stacks.key, host })] }),
    containers: {},
    packageServer: null,
  });
  return finishStart({ state, say });
}

/** Boots what does not run yet, in waves, and waits until the cloud works. Safe to repeat from any point. */
async function finishStart(options: { readonly state: RunningState; readonly say: Say }): Promise<Lab> {
  const description = writeCloudDescription({ series: options.state.series });
  const state = await startAll(options);
  options.say('waiting until Keystone and Heat answer');
  await waitForCloud({ seconds: 180 });
  options.say('the lab is up');
  return {
    ...description,
    series: state.series,
    hosts: labHosts.map(({ name, address, roles }) => ({ name, address, roles })),
  };
}

async function startAll(options: { readonly state: RunningState; readonly say: Say }): Promise<RunningState> {
  await raiseBridge();
  const served = packageServerRuns(options.state.packageServer) ? options.state.packageServer : await servePackages();
  let state = writeRunningState({ ...options.state, packageServer: served });
  for (const wave of [1, 2] as const) {
    const waiting = labHosts.filter((host) => host.wave === wave && leaderIn({ state, host: host.name }) === null);
    if (waiting.length > 0) options.say(`booting ${waiting.map(({ name }) => name).join(' ')}`);
    const booted = await Promise.all(waiting.map(({ name }) => startHost({ state, host: name })));
    const containers = Object.fromEntries(booted.map(({ host, pid }) => [host, pid]));
    state = writeRunningState({ ...state, containers: { ...state.containers, ...containers } });
    if (wave === 1) await waitForGround({ state });
  }
  return state;
}

/** Mounts a host's root when it is not mounted and boots it. */
export async function startHost(options: {
  readonly state: RunningState;
  readonly host: HostName;
}): Promise<Container> {
  await mountOverlay({ lower: options.state.lower[options.host], folder: join(labPlaces().run, options.host) });
  return boot({ host: options.host });
}

/** Services that start before their database or broker give up or stay half-configured; so those come first. */
async function waitForGround(options: { readonly state: RunningState }): Promise<void> {
  const listening = { db1: 3306, mq1: 5672, lb1: 5000 } as const;
  for (const [host, port] of Object.entries(listening) as [keyof typeof listening, number][]) {
    const container = { host, pid: options.state.containers[host] ?? 0 };
    const command = `ss -Hltn 'sport = :${port}' | grep -q .`;
    const ready = await until({
      seconds: 120,
      everyMs: 300,
      holds: async () => (await enter({ container, command })).exitCode === 0,
    });
    if (!ready) throw new LabError(`${host} does not listen on port ${port}. See npm run lab -- logs ${host}.`);
  }
}

export function leaderIn(options: { readonly state: RunningState; readonly host: HostName }): number | null {
  const pid = options.state.containers[options.host];
  return pid === undefined ? null : leaderOf({ host: options.host, pid });
}

/** First start of a series: boot, configure, prove, power off, freeze. */
async function makeFrozen(options: {
  readonly series: SeriesName;
  readonly stacks: Stacks;
  readonly say: Say;
}): Promise<void> {
  const { series, stacks, say } = options;
  await raiseBridge();
  say('first boot of the hosts');
  const lower = lowerFolders({ stacks, above: () => [] });
  for (const host of hostNames) {
    await mountOverlay({ lower: lower[host], folder: join(labPlaces().run, host) });
    await dressHost({ host: hostNamed(host), root: rootOf(host), series });
  }
  const booted = await Promise.all(hostNames.map((host) => boot({ host })));
  const containers = Object.fromEntries(booted.map((container) => [container.host, container])) as Record<
    HostName,
    Container
  >;
  writeRunningState({
    directory: labPlaces().directory,
    series,
    startedAt: new Date().toISOString(),
    configured: false,
    lower,
    containers: Object.fromEntries(booted.map(({ host, pid }) => [host, pid])),
    packageServer: null,
  });
  await configureCloud({ containers, say });
  await waitForCloud({ seconds: 180 });
  say('stopping the hosts and freezing them');
  for (const wave of [2, 1] as const) {
    const stopping = labHosts.filter((host) => host.wave === wave);
    await Promise.all(stopping.map(({ name }) => powerOff({ container: containers[name] })));
  }
  for (const host of hostNames) await unmount(rootOf(host));
  freeze({ series, key: stacks.key });
  await throwAwayRun();
}

function lowerFolders(options: {
  readonly stacks: Stacks;
  readonly above: (host: HostName) => readonly string[];
}): Record<HostName, readonly string[]> {
  const folders = labHosts.map(
    ({ name, layer }) => [name, [...options.above(name), ...options.stacks.lower[layer]]] as const,
  );
  return Object.fromEntries(folders) as Record<HostName, readonly string[]>;
}

function refuseOther(options: { readonly running: RunningState; readonly series: SeriesName }): void {
  const { running, series } = options;
  if (running.directory !== labPlaces().directory) {
    throw new LabError(
      `Another lab runs on this machine, from ${running.directory}. Stop it there (npm run lab -- down).`,
    );
  }
  if (running.series !== series) {
    throw new LabError(`The lab runs with ${running.series}; ${series} was asked for. Run npm run lab -- down first.`);
  }
}
