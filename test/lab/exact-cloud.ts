import type { HostName } from '../../lab';
import { observedCloud } from './observed-cloud';
import { onHost } from './upgrade-rig';

const hosts: readonly HostName[] = ['lb1', 'ctl1', 'ctl2', 'db1', 'mq1'];

/** Names and contents, owners and modes; what apt and dpkg know; units as they are and as they would be after a boot. */
const hostState = `
  dpkg-query -W -f='\${binary:Package} \${Version} \${db:Status-Abbrev}\\n' | sed 's/^/package /'
  for marks in hold auto manual; do apt-mark show$marks | sort | sed "s/^/$marks /"; done
  find /etc/keystone /etc/heat /etc/apt /etc/haproxy /etc/rabbitmq /etc/mysql /etc/default /etc/systemd/system /usr/sbin/policy-rc.d \\
    \\( -type f -o -type l -o -type d \\) -printf 'file %p %M %u %g %l\\n' 2>/dev/null | sort
  find /etc/keystone /etc/heat /etc/apt /etc/haproxy /etc/rabbitmq /etc/mysql /etc/default /etc/systemd/system \\
    -type f -exec sha256sum {} + 2>/dev/null | sort -k 2 | sed 's/^/sum /'
  for unit in keystone heat-api heat-api-cfn heat-engine memcached apt-daily.timer apt-daily-upgrade.timer unattended-upgrades; do
    echo "unit $unit $(systemctl is-active $unit) $(systemctl is-enabled $unit 2>/dev/null)"
  done`;

/**
 * Tables and revisions; of Keystone row counts, of Heat what is alive: stacks that prove a service leave deleted rows, and their trusts. That a
 * restored schema has the rows of its dump is proved by the step that restores it, before anything starts.
 */
const schemaState = `
  for schema in keystone heat; do
    for table in $(mariadb -N -B -e "SELECT table_name FROM information_schema.tables WHERE table_schema = '$schema' ORDER BY 1"); do
      case $schema.$table in heat.*|keystone.trust|keystone.trust_role|keystone.revocation_event) echo "table $schema.$table"; continue ;; esac
      echo "table $schema.$table $(mariadb -N -B -e "SELECT COUNT(*) FROM $schema.$table")"
    done
    mariadb -N -B -e "SELECT 'version', version FROM $schema.migrate_version" 2>/dev/null
    mariadb -N -B -e "SELECT 'revision', version_num FROM $schema.alembic_version" 2>/dev/null
  done
  mariadb -N -B -e "SELECT 'stack', id, name, action, status FROM heat.stack WHERE deleted_at IS NULL ORDER BY id"
  mariadb -N -B -e "SELECT 'resource', r.id, r.name, r.status FROM heat.resource r JOIN heat.stack s ON s.id = r.stack_id WHERE s.deleted_at IS NULL ORDER BY r.id"`;

/** All that a rollback must leave exactly as it was, line by line: `ctl1 package heat-common 1:20.0.0 ii`. */
export async function exactCloud(): Promise<readonly string[]> {
  const own = await Promise.all(
    hosts.map(async (host) =>
      (await onHost({ host, command: hostState })).split('\n').map((line) => `${host} ${line}`),
    ),
  );
  const rows = (await onHost({ host: 'db1', command: schemaState })).split('\n').map((line) => `db1 ${line}`);
  return [...own.flat(), ...rows, ...lines(await observedCloud())];
}

function lines({ vhosts, engines, servers, answers }: Awaited<ReturnType<typeof observedCloud>>): string[] {
  const said = { vhosts, engines, servers, answers: JSON.stringify(answers) };
  return Object.entries(said).flatMap(([what, text]) => text.split('\n').map((line) => `${what} ${line}`));
}

/** `- before`, `+ now`. Empty: nothing differs. */
export function differences(options: { before: readonly string[]; now: readonly string[] }): readonly string[] {
  const { before, now } = options;
  const [was, is] = [new Set(before), new Set(now)];
  return [
    ...before.filter((line) => !is.has(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
  ];
}
