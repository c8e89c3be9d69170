import { cloudWorksAt } from './cloud-answers';
import type { ExtraServiceName } from '../packages/extra-services';
import { enter, leaderOf } from '../machine/container';
import { hostsWith, type HostName } from '../machine/hosts';
import { addressOf } from './addresses';
import { packageServerRuns } from '../packages/package-server';
import { readRunningState } from './running-state';
import type { SeriesName } from '../packages/series';

export interface HostStatus {
  readonly name: HostName;
  readonly address: string;
  /** What the host's systemd says of itself (running, degraded, starting), or `off`. */
  readonly state: string;
}

export interface LabStatus {
  readonly up: boolean;
  readonly series: SeriesName | null;
  /** What runs on the controllers beside Keystone and Heat. */
  readonly extras: readonly ExtraServiceName[];
  readonly startedAt: string | null;
  readonly directory: string | null;
  readonly hosts: readonly HostStatus[];
  readonly packageServer: boolean;
  /** Login, lists of every service and health of the CloudFormation API through the load balancer. */
  readonly cloudAnswers: boolean;
}

/** What runs now, asked from the hosts. */
export async function labStatus(): Promise<LabStatus> {
  const running = readRunningState();
  if (running === null) {
    const hosts = hostsWith([]).map(({ name }) => ({ name, address: addressOf(name), state: 'off' }));
    return {
      up: false,
      series: null,
      extras: [],
      startedAt: null,
      directory: null,
      hosts,
      packageServer: false,
      cloudAnswers: false,
    };
  }
  const hosts = await Promise.all(
    hostsWith(running.extras).map(async ({ name }) => ({
      name,
      address: addressOf(name),
      state: await hostState({ name }),
    })),
  );
  const cloudAnswers = await cloudWorksAt({ address: addressOf('lb1'), extras: running.extras });
  return {
    up: running.configured && cloudAnswers && hosts.every(({ state }) => state !== 'off'),
    series: running.series,
    extras: running.extras,
    startedAt: running.startedAt,
    directory: running.directory,
    hosts,
    packageServer: packageServerRuns(),
    cloudAnswers,
  };
}

async function hostState(options: { readonly name: HostName }): Promise<string> {
  if (leaderOf(options.name) === null) return 'off';
  const answer = await enter({ host: options.name, command: 'systemctl is-system-running' });
  return answer.stdout.trim() || 'off';
}
