import './lab-own-network';
import { type LabSample, samplesOf } from '../../lab';
import { profiles } from '../../lab/packages/extra-services';
import { controllers } from './four-services';
import { onHost } from './upgrade-rig';

export const extras = profiles.telemetry;
/** Every user of Keystone, every 20 s (lab/recipe/configure-ceilometer.sh). */
export const polled = 'identity.users';
export const intervalSeconds = 20;

export const versions = (): Promise<string[]> => {
  const command = "dpkg-query -W -f '${Version} ' gnocchi-api ceilometer-agent-notification heat-api keystone";
  return Promise.all(controllers.map((host) => onHost({ host, command })));
};

/** Packages, marks, configuration and units of both services on a controller. */
export const telemetryState = `
  dpkg-query -W -f='\${binary:Package} \${Version} \${db:Status-Abbrev}\\n' 'gnocchi*' python3-gnocchi 'ceilometer*' python3-ceilometer
  apt-mark showauto | grep -e gnocchi -e ceilometer | sort; apt-mark showhold | sort
  find /etc/gnocchi /etc/ceilometer -type f | sort | xargs sha256sum
  for unit in gnocchi-api gnocchi-metricd ceilometer-agent-notification ceilometer-agent-central; do
    echo "$unit $(systemctl is-active $unit) $(systemctl is-enabled $unit)"; done`;

/** Seconds between samples of one resource, in their order. */
function distances(samples: readonly LabSample[]): number[] {
  const resources = [...new Set(samples.map(({ resource }) => resource))];
  return resources.flatMap((resource) => {
    const times = samples.filter((one) => one.resource === resource).map(({ at }) => Date.parse(at) / 1000);
    return times.slice(1).map((at, index) => at - (times[index] ?? at));
  });
}

/** Samples that arrived, as the seconds between them: none are taken twice, and the longest time without one is the gap. */
export async function counted(since: Date): Promise<{ readonly twice: number; readonly gapSeconds: number }> {
  const between = distances(await samplesOf({ meter: polled, since }));
  if (between.length === 0) throw new Error(`no two samples of ${polled} since ${since.toISOString()}`);
  return { twice: between.filter((one) => one < intervalSeconds / 2).length, gapSeconds: Math.max(...between) };
}
