import type { Finished } from '../machine/command';
import { enter, powerOff, pullPlug } from '../machine/container';
import type { HostName } from '../machine/hosts';
import { LabError } from '../machine/lab-error';
import { readRunningState, type RunningState } from './running-state';
import { startHost } from './start-hosts';

/** Runs a shell command as root on a host, past ssh and sudo: for tests that prove things from the hosts themselves. */
export function labExec(options: {
  readonly host: HostName;
  readonly command: string;
  readonly input?: string;
}): Promise<Finished> {
  return enter(options);
}

/** Stops one host as its power button does; its disk stays as it is. Returns when it is off. */
export async function labPowerOff(options: { readonly host: HostName }): Promise<void> {
  await powerOff(options);
}

/** Ends one host at once, as a power cut does; its disk stays as it is. */
export async function killHost(options: { readonly host: HostName }): Promise<void> {
  await pullPlug(options);
}

/** Boots a host that was powered off or killed, with the disk that it had. Returns when its systemd answers. */
export async function labBoot(options: { readonly host: HostName }): Promise<void> {
  await startHost({ state: runningLab(), host: options.host });
}

function runningLab(): RunningState {
  const state = readRunningState();
  if (state === null) throw new LabError('The lab is down. Start it with npm run lab -- up.');
  return state;
}
