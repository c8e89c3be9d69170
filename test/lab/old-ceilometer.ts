import './lab-own-network';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf, buildStandIns, standInPackages, standIns, standInSource, standInVersion } from '../../lab';
import type { CloudChange } from './changed-cloud';
import { controllers } from './four-services';
import { compute } from './telemetry';
import { onHost, sleep } from './upgrade-rig';

/*
 * A lab whose Ceilometer is dressed as Ocata's: stand-ins of its packages (lab/packages/old-ceilometer.ts), collectors that keep samples in Gnocchi
 * and in a database of their own, and the API behind the load balancer.
 */

const [ocata, pike] = standIns;
if (ocata === undefined || pike === undefined) throw new Error('there are no stand-ins');
export const versionsOf = { ocata: standInVersion(ocata), pike: standInVersion(pike) };

/** What the cloud file says of them. */
export function standInCloud(): CloudChange {
  const folder = mkdtempSync(join(tmpdir(), 'stand-ins-'));
  const named = standIns.map(({ series }) => {
    const file = join(folder, `${series}.sources`);
    writeFileSync(file, standInSource({ series }));
    return [series, { deb822: file, pin: 990 }] as const;
  });
  return { packageSources: Object.fromEntries(named) };
}

const password = 'of-a-stand-in';

/**
 * From the lab's own Ceilometer to that of Ocata, on every host. Partitioned: as its configuration says, its notification agents share the
 * work of each pipeline; the code that stands in for them has no such option, and each takes what comes next.
 */
export async function dressAsOcata({ partitioned = false }: { readonly partitioned?: boolean } = {}): Promise<void> {
  await buildStandIns();
  await onHost({
    host: 'db1',
    command: `mariadb -e "CREATE DATABASE ceilometer CHARACTER SET utf8mb3; CREATE USER 'ceilometer'@'%' IDENTIFIED BY '${password}'; GRANT ALL ON ceilometer.* TO 'ceilometer'@'%'"`,
  });
  await onHost({ host: 'lb1', command: balancer() });
  for (const host of controllers) await onHost({ host, command: controller({ first: host === 'ctl1', partitioned }) });
  await onHost({ host: compute, command: onCompute() });
}

function installed(packages: readonly string[]): string {
  return `set -e
rm -f /etc/apt/sources.list.d/openstack-antelope.sources
cat >/etc/apt/sources.list.d/openstack-ocata.sources <<'END'
${standInSource({ series: 'ocata' })}END
apt-get -q update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get -q -y --allow-downgrades -o Dpkg::Options::=--force-confold install ${packages.map((name) => `${name}=${versionsOf.ocata}`).join(' ')} >/dev/null`;
}

const onCompute = (): string => `${installed(standInPackages.compute)}
systemctl daemon-reload
systemctl restart ceilometer-agent-compute`;

function balancer(): string {
  const servers = controllers.map((host) => `    server ${host} ${addressOf(host)}:8777 check`).join('\n');
  return `cat >>/etc/haproxy/haproxy.cfg <<'END'

frontend ceilometer_front
    bind *:8777
    default_backend ceilometer

backend ceilometer
    balance roundrobin
    option httpchk GET /
    http-check expect status 401
${servers}
END
systemctl reload haproxy.service`;
}

function controller({ first, partitioned }: { readonly first: boolean; readonly partitioned: boolean }): string {
  return `${installed(standInPackages.controller)}
sed -i '0,/^\\[DEFAULT\\]$/s//[DEFAULT]\\nmeter_dispatchers = gnocchi\\nmeter_dispatchers = database/' /etc/ceilometer/ceilometer.conf
printf '\\n[database]\\nconnection = mysql+pymysql://ceilometer:${password}@${addressOf('db1')}/ceilometer\\n' >>/etc/ceilometer/ceilometer.conf
${partitioned ? "sed -i 's/^\\[notification\\]$/&\\nworkload_partitioning = true/' /etc/ceilometer/ceilometer.conf" : ''}
${first ? "su -s /bin/sh -c 'ceilometer-upgrade' ceilometer" : ''}
systemctl daemon-reload
systemctl enable --quiet ceilometer-collector ceilometer-api
systemctl restart ceilometer-collector ceilometer-api ceilometer-agent-notification ceilometer-agent-central`;
}

export interface Answers {
  /** Releases of the API that answered behind the load balancer, each time that it was another one. */
  readonly releases: readonly string[];
  readonly asked: number;
  /** Requests that nobody answered as the API does. */
  readonly failed: number;
}

/** Asks the API five times a second, as users do, until told to stop. */
export function askApi(): { readonly stop: () => Promise<Answers> } {
  const stopping = new AbortController();
  const asking = (async () => {
    const releases: string[] = [];
    let asked = 0;
    let failed = 0;
    while (!stopping.signal.aborted) {
      const answer = await fetch(`http://${addressOf('lb1')}:8777/`, { signal: AbortSignal.timeout(5000) }).catch(
        () => null,
      );
      const release = answer?.status === 401 ? answer.headers.get('x-stand-in-release') : null;
      await answer?.body?.cancel();
      asked += 1;
      if (release == null) failed += 1;
      else if (releases.at(-1) !== release) releases.push(release);
      await sleep(200);
    }
    return { releases, asked, failed };
  })();
  return {
    stop: () => {
      stopping.abort();
      return asking;
    },
  };
}

/** Releases and states of units on each controller and on the compute host, and which revision the database has. */
export async function standInState(): Promise<readonly string[]> {
  const state = (packages: readonly string[], units: readonly string[]): string =>
    `dpkg-query -W -f '\${Package} \${Version}\\n' ${packages.join(' ')} | awk '{ print $2 }' | sort -u | paste -sd ' '
for unit in ${units.join(' ')}; do systemctl is-active $unit; done | sort -u`;
  const controller = state(standInPackages.controller, standInUnits);
  const hosts = await Promise.all([
    ...controllers.map((host) => onHost({ host, command: controller })),
    onHost({ host: compute, command: state(standInPackages.compute, ['ceilometer-agent-compute']) }),
  ]);
  const revision = await onHost({
    host: 'db1',
    command: 'mariadb -N -B ceilometer -e "SELECT version FROM migrate_version"',
  });
  return [...hosts.map((one) => one.trim().replaceAll('\n', ' ')), `revision ${revision.trim()}`];
}

const standInUnits = 'ceilometer-api ceilometer-collector ceilometer-agent-notification ceilometer-agent-central'.split(
  ' ',
);

/** Packages, marks, files and units of a host: what a rollback must leave as it was, line by line. */
const hostState = `
  dpkg-query -W -f='\${binary:Package} \${Version} \${db:Status-Abbrev}\\n' 'ceilometer*' python3-ceilometer 'gnocchi*' python3-gnocchi
  apt-mark showauto | grep -e ceilometer -e gnocchi | sort; apt-mark showhold | sort
  find /etc/ceilometer -printf '%p %M %u %g\\n' | sort
  find /etc/ceilometer -type f | sort | xargs sha256sum
  for unit in ${standInUnits.join(' ')} ceilometer-agent-compute; do
    echo "$unit $(systemctl is-active $unit) $(systemctl is-enabled $unit)"; done`;

const databaseState = `
  mariadb -N -B ceilometer -e "SELECT 'revision', version FROM migrate_version"
  mariadb -N -B ceilometer -e "SELECT DISTINCT 'index', table_name, index_name FROM information_schema.statistics WHERE table_schema = 'ceilometer' ORDER BY 2, 3"`;

export async function exactStandIns(): Promise<readonly string[]> {
  const hosts = [...controllers, compute, 'db1' as const];
  const texts = await Promise.all(
    hosts.map((host) => onHost({ host, command: host === 'db1' ? databaseState : hostState })),
  );
  return texts.flatMap((text, index) => text.split('\n').map((line) => `${hosts[index] ?? ''} ${line}`));
}

/** Which pipeline each controller has: of the stand-in whose meters it names. */
export async function pipelinesNow(): Promise<readonly string[]> {
  const command = 'grep -q pike.nothing /etc/ceilometer/pipeline.yaml && echo pike || echo ocata';
  return (await Promise.all(controllers.map((host) => onHost({ host, command })))).map((said) => said.trim());
}

export async function storedSamples(): Promise<number> {
  const command = `mariadb -N -B ceilometer -e "SELECT COUNT(*) FROM sample JOIN meter ON meter.id = meter_id WHERE name = 'identity.users'"`;
  return Number((await onHost({ host: 'db1', command })).trim());
}
