import { enter } from '../machine/container';
import { LabError } from '../machine/lab-error';
import { until } from '../machine/processes';
import type { ExtraServiceName } from '../packages/extra-services';
import { addressOf, apiUrl } from './addresses';
import { askApi } from './ask-api';
import { login } from './cloud-answers';

/** What Ceilometer polled or counted of one resource at one time. */
export interface LabSample {
  readonly resource: string;
  readonly at: string;
  readonly value: number;
}

/**
 * Of a meter, at the finest that Gnocchi keeps it, as it answers behind the load balancer; oldest first. Asked for a start, Gnocchi answers with
 * the hour around it as well, which may be all that there is: an hour is no sample that arrived.
 */
export async function samplesOf(options: { readonly meter: string; readonly since: Date }): Promise<LabSample[]> {
  const session = await login({ address: addressOf('lb1') });
  if (session === null) return [];
  const ask = async (path: string): Promise<unknown> => {
    const url = `${apiUrl({ address: addressOf('lb1'), port: 8041 })}${path}`;
    const answer = await askApi(url, { headers: { 'X-Auth-Token': session.token } });
    if (!answer.ok) throw new LabError(`Gnocchi answers ${String(answer.status)} to ${path}.`);
    return answer.json();
  };
  const resources = (await ask('/v1/resource/generic?details=true&limit=1000')) as readonly {
    readonly original_resource_id: string;
    readonly metrics: Readonly<Record<string, string>>;
  }[];
  const found = await Promise.all(
    resources.flatMap(({ original_resource_id: resource, metrics }) => {
      const metric = metrics[options.meter];
      if (metric === undefined) return [];
      return [
        ask(`/v1/metric/${metric}/measures`).then((measures) => {
          const rows = measures as readonly (readonly [string, number, number])[];
          const finest = Math.min(...rows.map(([, granularity]) => granularity));
          return rows.flatMap(([at, granularity, value]) =>
            granularity === finest && Date.parse(at) >= options.since.getTime() - granularity * 1000
              ? [{ resource, at, value }]
              : [],
          );
        }),
      ];
    }),
  );
  return found.flat().toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/**
 * Waits until Ceilometer polls and Gnocchi keeps it. At a boot an agent may start before Keystone answers: it drops its
 * publisher for good and throws every sample away, so that nothing but another start helps.
 */
export async function waitForSamples(options: { readonly extras: readonly ExtraServiceName[] }): Promise<void> {
  if (!options.extras.includes('ceilometer')) return;
  const arrive = (seconds: number): Promise<boolean> => {
    const since = new Date();
    return until({
      seconds,
      everyMs: 2000,
      holds: async () => (await samplesOf({ meter: 'identity.users', since })).length > 0,
    });
  };
  if (await arrive(45)) return;
  const command = 'systemctl restart ceilometer-agent-notification ceilometer-agent-central';
  await Promise.all((['ctl1', 'ctl2'] as const).map((host) => enter({ host, command })));
  if (await arrive(120)) return;
  throw new LabError('Ceilometer polls nothing that arrives in Gnocchi. Read /var/log/ceilometer on ctl1 and ctl2.');
}
