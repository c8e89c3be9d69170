import type { Finished } from './command';
import { enter, powerOff, pullPlug, type Container } from './container';
import type { HostName } from './hosts';
import { LabError } from './lab-error';
import { readRunningState, writeRunningState, type RunningState } from './running-state';
import { startHost } from './up';

/** Runs a shell command as root on a host, past ssh and sudo: for tests that prove things from the hosts themselves. */
export function labExec(options: {
  readonly host: HostName;
  readonly command: string;
  readonly input?: string;
}): Promise<Finished> {
  const { host, ...rest } = options;
  return enter({ container: containerOf({ state: runningLab(), host }), ...rest });
}

/** Stops one host as its power button does; its disk stays as it is. Returns when it is off. */
export async function labPowerOff(options: { readonly host: HostName }): Promise<void> {
  await powerOff({ container: containerOf({ state: runningLab(), host: options.host }) });
}

/** Ends one host at once, as a power cut does; its disk stays as it is. */
export async function killHost(options: { readonly host: HostName }): Promise<void> {
  await pullPlug({ container: containerOf({ state: runningLab(), host: options.host }) });
}

/** Boots a host that was powered off or killed, with the disk that it had. Returns when its systemd answers. */
export async function labBoot(options: { readonly host: HostName }): Promise<void> {
  const state = runningLab();
  const { host, pid } = await startHost({ state, host: options.host });
  writeRunningState({ ...state, containers: { ...state.containers, [host]: pid } });
}

function runningLab(): RunningState {
  const state = readRunningState();
  if (state === null) throw new LabError('The lab is down. Raise it with npm run lab -- up.');
  return state;
}

function containerOf(options: { readonly state: RunningState; readonly host: HostName }): Container {
  return { host: options.host, pid: options.state.containers[options.host] ?? 0 };
}
