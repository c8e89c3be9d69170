import { addressOf, cloudWorksAt, labDown, labExec, labUp, type HostName, type Lab } from '../../lab';
import { seriesWith, type SeriesName } from '../../lab/packages/series';
import { BenchError } from '../bench-error';
import { scriptVariables, type ServiceSet } from './services';

export const fromSeries: SeriesName = 'antelope';
export const toSeries: SeriesName = 'bobcat';

const controllers: readonly HostName[] = ['ctl1', 'ctl2'];

/** Every contender begins on the same frozen hosts, booted anew. */
export async function freshLab(set: ServiceSet): Promise<Lab> {
  await labDown();
  return labUp({ series: fromSeries, extras: set.extras });
}

/**
 * A figure for work that was not done would be worse than none: both controllers have exactly the packages of this series, none
 * half-configured, and every API works at each of them and at the load balancer.
 */
export async function insistOn(options: { readonly set: ServiceSet; readonly series: SeriesName }): Promise<void> {
  const { set } = options;
  const wanted = packagesOf(options);
  for (const host of controllers) {
    const command = "dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\\n'";
    const { stdout } = await labExec({ host, command: `${command} ${[...wanted.keys()].join(' ')}` });
    for (const [name, version] of wanted) {
      if (stdout.includes(`${name} ${version} ii`)) continue;
      throw new BenchError(`${host} does not have ${name} ${version}: ${stdout.trim().replaceAll('\n', '; ')}`);
    }
  }
  for (const host of [...controllers, 'lb1'] as const) {
    if (await cloudWorksAt({ address: addressOf(host), extras: set.extras })) continue;
    throw new BenchError(`the cloud does not work at ${host}`);
  }
}

/** What a rollback must bring back: revision and number of tables of every schema. */
export async function schemaState(set: ServiceSet): Promise<string> {
  const { SCHEMAS: schemas = '' } = scriptVariables(set);
  const command = `for schema in ${schemas}; do
    echo "$schema $(mariadb -N -B -D "$schema" -e 'SELECT GROUP_CONCAT(version_num) FROM alembic_version' 2>/dev/null) $(
      mariadb -N -B -e "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$schema'")"
  done`;
  return (await labExec({ host: 'db1', command })).stdout;
}

function packagesOf(options: { readonly set: ServiceSet; readonly series: SeriesName }): ReadonlyMap<string, string> {
  const { PACKAGES: chosen = '' } = scriptVariables(options.set);
  const names = chosen.split(' ');
  const all = seriesWith({ extras: options.set.extras, packaging: 'debian' });
  const sources = all.find(({ name }) => name === options.series)?.sources ?? [];
  return new Map(
    sources.flatMap(({ packages, version }) =>
      packages.filter((name) => names.includes(name)).map((name): [string, string] => [name, version]),
    ),
  );
}
