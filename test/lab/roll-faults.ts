import type { HostName } from '../../lab';
import { onHost } from './upgrade-rig';

/** Something that goes wrong on real hosts while Heat rolls. Made at the gate before a phase, so that it hits this phase. */
export interface RollFault {
  readonly name: string;
  readonly phase: string;
  readonly breaks: () => Promise<unknown>;
  /** What a person does on the hosts before choosing to go back; null where going back needs nothing. */
  readonly mendsBefore: (() => Promise<unknown>) | null;
  /** What has to be put right afterwards, because no way back of an upgrade could know of it. */
  readonly mendsAfter: (() => Promise<unknown>) | null;
  /** The step that stops at a gate. */
  readonly stopsAt: RegExp;
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
};

const heatUser = `mariadb -N -B -e "SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) FROM mysql.user WHERE user = 'heat' LIMIT 1"`;

/** After the new code serves on the first host: the side's API does not come up on the new vhost. */
export const apiStaysDown: RollFault = {
  name: 'an API does not come up after the cut-over',
  phase: 'last',
  breaks: () =>
    on(
      'ctl2',
      `mkdir -p ${brokenUnit} && printf '[Service]\\nExecStartPre=/bin/false\\n' > ${brokenUnit}/broken.conf && systemctl daemon-reload`,
    ),
  mendsBefore: () =>
    on(
      'ctl2',
      `rm ${brokenUnit}/broken.conf && { rmdir ${brokenUnit} 2>/dev/null || true; } && systemctl daemon-reload`,
    ),
  mendsAfter: null,
  stopsAt: /start-heat-api@ctl2$/,
};

const brokenUnit = '/etc/systemd/system/heat-api.service.d';
