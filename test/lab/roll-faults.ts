import type { HostName } from '../../lab';
import { onHost } from './upgrade-rig';

/** Something that goes wrong on real hosts while Heat rolls. Made at the gate before a phase, so that it hits this phase. */
export interface RollFault {
  readonly name: string;
  readonly phase: string;
  /** A smaller loss at the gate before an earlier phase, which the run has to ride over. */
  readonly earlier?: { readonly phase: string; readonly breaks: () => Promise<unknown> };
  readonly breaks: () => Promise<unknown>;
  /** What a person does on the hosts before choosing to go back; null where going back needs nothing. */
  readonly mendsBefore: (() => Promise<unknown>) | null;
  /** What has to be put right afterwards, because no way back of an upgrade could know of it. */
  readonly mendsAfter: (() => Promise<unknown>) | null;
  /** The step that stops at a gate, and how its question names the state. */
  readonly stopsAt: RegExp;
  readonly says: RegExp;
}

const on = (host: HostName, command: string): Promise<string> => onHost({ host, command });

/** Before the new code serves: Heat's database user may not make tables any more. */
export const migrationFails: RollFault = {
  name: 'the schema migration fails',
  phase: 'database',
  breaks: () => on('db1', `mariadb -e "REVOKE CREATE ON heat.* FROM $(${heatUser})"`),
  mendsBefore: null,
  mendsAfter: () => on('db1', `mariadb -e "GRANT CREATE ON heat.* TO $(${heatUser})"`),
  stopsAt: /^heat\/db-sync@ctl1$/,
  says: /Before: revision 86, (\d+ tables, .*); installed code needs c6214ca60943\. Now: revision 86, \1; installed code needs c6214ca60943/,
};

/**
 * After the first of its statements, which MariaDB keeps whatever becomes of the rest (trap 5): whoever gave Heat's user
 * rights table by table never gave it one on the table that the migration makes.
 */
export const migrationStaysHalf: RollFault = {
  name: 'the schema migration stops between two statements',
  phase: 'database',
  breaks: async () => {
    await on(
      'db1',
      `user=$(${heatUser})
      mariadb -N -B -e "SELECT CONCAT('GRANT INSERT ON heat.', table_name, ' TO') FROM information_schema.tables WHERE table_schema = 'heat'" |
        sed "s/$/ $user;/" | mariadb`,
    );
    await on('db1', `mariadb -e "REVOKE INSERT ON heat.* FROM $(${heatUser})"`);
  },
  mendsBefore: null,
  // The rights on tables stay beside it: sessions that are open do not see a right on the whole database that is given now.
  mendsAfter: () => on('db1', `mariadb -e "GRANT INSERT ON heat.* TO $(${heatUser})"`),
  stopsAt: /^heat\/db-sync@ctl1$/,
  says: /Before: (revision 86, .*); installed code needs c6214ca60943\. Now: (?!\1)revision 86, /,
};

const heatUser = `mariadb -N -B -e "SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) FROM mysql.user WHERE user = 'heat' LIMIT 1"`;

/** After the new code serves on the first host: the side's API does not come up on the new vhost. */
export const apiStaysDown: RollFault = lastApiStaysDown('ctl2');

/** In every order the phase of the host that comes last has this name; it is not the same host in each. */
export function lastApiStaysDown(last: HostName): RollFault {
  return {
    name: 'an API does not come up after the cut-over',
    phase: 'last',
    breaks: () =>
      on(
        last,
        `mkdir -p ${brokenUnit} && printf '[Service]\\nExecStartPre=/bin/false\\n' > ${brokenUnit}/broken.conf && systemctl daemon-reload`,
      ),
    mendsBefore: () =>
      on(
        last,
        `rm ${brokenUnit}/broken.conf && { rmdir ${brokenUnit} 2>/dev/null || true; } && systemctl daemon-reload`,
      ),
    mendsAfter: null,
    stopsAt: new RegExp(`start-heat-api@${last}$`),
    says: new RegExp(`${last}: start heat-api: `),
  };
}

const brokenUnit = '/etc/systemd/system/heat-api.service.d';

/** Every system call that writes to it hangs where no signal reaches it, SIGKILL neither: as on a dead SAN. */
const logDisk = '/var/log/heat';
const logDiskImage = '/var/tmp/log-disk.img';

/** The old vhost is empty, its engine has to stop, and cannot: it hangs in the kernel. */
export const engineHangs: RollFault = {
  name: 'an engine does not stop',
  phase: 'empty-old',
  breaks: () =>
    on(
      'ctl1',
      `set -e
      truncate -s 24M ${logDiskImage}; mkfs.ext4 -q ${logDiskImage}
      mknod /dev/loop-control c 10 237; for n in $(seq 0 15); do mknod /dev/loop$n b 7 $n; done
      mount -o loop ${logDiskImage} ${logDisk}; chown heat: ${logDisk}
      systemctl restart heat-engine
      until test -s ${logDisk}/heat-engine.log; do sleep 1; done
      fsfreeze -f ${logDisk}`,
    ),
  mendsBefore: () =>
    on(
      'ctl1',
      `set -e
      fsfreeze -u ${logDisk}
      until systemctl is-failed -q heat-engine; do sleep 1; done
      umount ${logDisk}; rm -f ${logDiskImage} /dev/loop*`,
    ),
  mendsAfter: null,
  stopsAt: /^empty-old\/stop-heat-engine@ctl1$/,
  says: /ctl1: stop heat-engine and lock it: .*heat-engine did not stop \(stop-sigkill, timeout\): process \d+ \(heat-engine\) is in state D/,
};

/** For half a minute, in the middle of the side's start, and then again for as long as nobody does anything about it. */
export const brokerGoes: RollFault = {
  name: 'the broker goes',
  phase: 'first-start',
  earlier: {
    phase: 'side',
    breaks: () =>
      on(
        'mq1',
        `rabbitmqctl -q stop_app
        setsid sh -c 'sleep 30; rabbitmqctl -q start_app; for n in 1 2 3; do sleep 5; rabbitmqctl -q close_all_connections gone; done' </dev/null >/dev/null 2>&1 &`,
      ),
  },
  breaks: () => on('mq1', 'rabbitmqctl -q stop_app'),
  mendsBefore: () => on('mq1', 'rabbitmqctl -q start_app && rabbitmqctl -q await_startup'),
  mendsAfter: null,
  stopsAt: /^heat\/ready-heat-engine@ctl1$/,
  says: /no engine of ctl1 counts as up\.[^]*Fix: [^\n]*RabbitMQ/,
};
