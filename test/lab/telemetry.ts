import './lab-own-network';
import type { UpgradeClient } from '../../client/upgrade-client';
import { type HostName, labExec, type LabSample, samplesOf } from '../../lab';
import { profiles } from '../../lab/packages/extra-services';
import type { Report } from '../../report';
import type { DrillSubject } from './drill';
import { controllers } from './four-services';
import { onHost, sleep } from './upgrade-rig';

export const extras = profiles.telemetry;
/** Every user of Keystone, every 20 s (lab/recipe/configure-ceilometer.sh). */
export const polled = 'identity.users';
export const intervalSeconds = 20;
/** The host that is only a compute, and what its own agent polls (lab/recipe/configure-compute.sh). */
export const compute: HostName = 'cmp1';
export const polledOnCompute = 'compute.regions';

export const versions = (): Promise<string[]> => {
  const command = "dpkg-query -W -f '${Version} ' gnocchi-api ceilometer-agent-notification heat-api keystone";
  return Promise.all(controllers.map((host) => onHost({ host, command })));
};

/** Packages, marks, configuration and units of both services on a host: the compute host has only those of Ceilometer. */
const hostState = `
  dpkg-query -W -f='\${binary:Package} \${Version} \${db:Status-Abbrev}\\n' 'gnocchi*' python3-gnocchi 'ceilometer*' python3-ceilometer
  apt-mark showauto | grep -e gnocchi -e ceilometer | sort; apt-mark showhold | sort
  find /etc/gnocchi /etc/ceilometer -printf '%p %M %u %g\\n' | sort
  find /etc/gnocchi /etc/ceilometer -type f | sort | xargs sha256sum
  for unit in gnocchi-api gnocchi-metricd ceilometer-agent-notification ceilometer-agent-central ceilometer-agent-compute; do
    echo "$unit $(systemctl is-active $unit) $(systemctl is-enabled $unit)"; done`;

/** Gnocchi's indexer. Stacks are left out: Ceilometer tells Gnocchi of them some seconds after they were created. */
const indexerState = `
  mariadb -N -B gnocchi -e "SELECT 'revision', version_num FROM alembic_version"
  mariadb -N -B gnocchi -e "SELECT 'resource type', name, state, attributes FROM resource_type ORDER BY name"
  mariadb -N -B gnocchi -e "SELECT 'archive policy', name, definition FROM archive_policy ORDER BY name"
  mariadb -N -B gnocchi -e "SELECT 'metric', m.id, m.name, m.status, r.original_resource_id FROM metric m JOIN resource r ON r.id = m.resource_id WHERE m.name = '${polled}' ORDER BY m.id"`;

/** Older ones are processed by now. */
const processedSeconds = 30;

/**
 * Line by line what a rollback of both services must leave as it was. Storage: what was measured before this moment is there to be
 * read, value by value.
 */
export async function exactTelemetry(before: Date): Promise<readonly string[]> {
  const until = before.getTime() - processedSeconds * 1000;
  const hosts = [...controllers, compute];
  const [indexer, measured, ...texts] = await Promise.all([
    onHost({ host: 'db1', command: indexerState }),
    samplesOf({ meter: polled, since: new Date(until - 5 * intervalSeconds * 1000) }),
    ...hosts.map((host) => onHost({ host, command: hostState })),
  ]);
  return [
    ...texts.flatMap((text, index) => text.split('\n').map((line) => `${hosts[index] ?? ''} ${line}`)),
    ...indexer.split('\n').map((line) => `indexer ${line}`),
    ...measured
      .filter(({ at }) => Date.parse(at) <= until)
      .map(({ resource, at, value }) => `measure ${resource} ${at} ${String(value)}`),
  ];
}

/** Both are rolled back; Keystone and Heat are no part of the run. */
export const telemetryDrill: DrillSubject = {
  extras,
  services: ['gnocchi', 'ceilometer'],
  exactly: exactTelemetry,
  works: measuresAgain,
};

/** Ceilometer alone, host by host. */
export const agentsDrill: DrillSubject = { ...telemetryDrill, services: ['ceilometer'] };

/** Whether a sample arrives that was polled after this moment. */
export async function measuresAgain(since: Date, meter = polled): Promise<boolean> {
  const until = Date.now() + 4 * intervalSeconds * 1000;
  while (Date.now() < until) {
    if ((await samplesOf({ meter, since })).length > 0) return true;
    await sleep(2000);
  }
  return false;
}

export interface Counted {
  /** Taken twice: closer together than half an interval, and no start or stop of an agent between them tells why. */
  readonly twice: number;
  /** Taken early: by an agent that had just started, or had just taken over from one that stopped. */
  readonly early: number;
  /** The longest time without a sample of a resource. */
  readonly gapSeconds: number;
}

/**
 * Samples that arrived, as the time between them. An agent polls at once when it starts, whenever it or another one polled last, and one
 * that takes over polls by its own clock: each start and stop may take one sample of each resource early, in Ceilometer's own way, as
 * `systemctl restart` does. Agents that do not know of each other take every sample twice, all the time.
 */
export async function counted(since: Date, meter = polled): Promise<Counted> {
  const [samples, changes] = await Promise.all([samplesOf({ meter, since }), agentChanges(since)]);
  const each = [...new Set(samples.map(({ resource }) => resource))].map((resource) =>
    countedOf({ times: samples.filter((one) => one.resource === resource).map(secondsOf), changes }),
  );
  const gaps = each.map(({ gapSeconds }) => gapSeconds);
  if (gaps.length === 0) throw new Error(`no sample of ${meter} since ${since.toISOString()}`);
  return {
    twice: each.reduce((sum, { twice }) => sum + twice, 0),
    early: each.reduce((sum, { early }) => sum + early, 0),
    gapSeconds: Math.max(...gaps),
  };
}

/** One resource. Each start or stop explains one early sample. */
export function countedOf(options: {
  readonly times: readonly number[];
  readonly changes: readonly number[];
}): Counted {
  const { times, changes } = options;
  const pairs = times.slice(1).map((at, index) => ({ at, since: times[index] ?? at }));
  const near = pairs.filter(({ at, since }) => at - since < intervalSeconds / 2);
  const early = near.reduce<{ readonly explained: number; readonly left: readonly number[] }>(
    ({ explained, left }, { at }) => {
      const change = left.find((one) => one <= at && one > at - intervalSeconds);
      return change === undefined
        ? { explained, left }
        : { explained: explained + 1, left: left.filter((one) => one !== change) };
    },
    { explained: 0, left: changes },
  ).explained;
  return {
    twice: near.length - early,
    early,
    gapSeconds: Math.max(0, ...pairs.map(({ at, since }) => at - since)),
  };
}

function secondsOf({ at }: LabSample): number {
  return Date.parse(at) / 1000;
}

/** The report of a run, and of its gaps those of the meter: how long it had no sample, host by host; what was taken twice; what waited in Gnocchi. */
export async function reported(options: { client: UpgradeClient; id: string }): Promise<Report> {
  const { json } = await options.client.fetchReport(options.id);
  const report = JSON.parse(json) as Report;
  const { sampleGaps, sampleCounts, backlog } = report;
  const told = backlog === null ? 'none' : JSON.stringify({ ...backlog, points: backlog.points.length });
  process.stdout.write(`gaps ${JSON.stringify(sampleGaps)}\ncounts ${JSON.stringify(sampleCounts)}\nbacklog ${told}\n`);
  return { ...report, sampleGaps: sampleGaps.filter(({ meter }) => meter === polled) };
}

export interface AgentEvent {
  readonly host: HostName;
  readonly unit: string;
  readonly what: 'Started' | 'Stopped';
  /** Seconds since 1970. */
  readonly at: number;
}

/** When polling agents started and stopped on any host, as systemd wrote it down. */
export async function agentEvents(since: Date): Promise<readonly AgentEvent[]> {
  const from = String(Math.floor(since.getTime() / 1000) - intervalSeconds);
  const command = `journalctl -q -o short-unix --since=@${from} _PID=1 | grep -E '(Started|Stopped) ceilometer-agent-(central|compute)' || true`;
  // One that is off now has no agent, and what it did before is not asked.
  const said = await Promise.all(
    [...controllers, compute].map(async (host) => ({ host, ...(await labExec({ host, command })) })),
  );
  return said
    .flatMap(({ host, stdout }) => stdout.split('\n').flatMap((line) => eventOf({ host, line })))
    .sort((one, other) => one.at - other.at);
}

function eventOf({ host, line }: { readonly host: HostName; readonly line: string }): AgentEvent[] {
  const [, at, what, unit] = /^([0-9.]+) .*(Started|Stopped) (ceilometer-agent-(?:central|compute))/.exec(line) ?? [];
  if (at === undefined || unit === undefined || (what !== 'Started' && what !== 'Stopped')) return [];
  return [{ host, unit, what, at: Number(at) }];
}

async function agentChanges(since: Date): Promise<readonly number[]> {
  return (await agentEvents(since)).map(({ at }) => at);
}
