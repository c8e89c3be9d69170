import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';

/**
 * Who else starts services or writes files on this host: configuration management and cluster managers. They would
 * start what the plan has stopped, and undo what it has written (R-OPS-6, R-OPS-61).
 */
export const otherHands: Reader<string[]> = {
  script: sh`
    for unit in puppet puppet-agent chef-client salt-minion cf-execd ansible-pull pacemaker corosync monit; do
      systemctl -q is-active "$unit.service" && echo "$unit"
    done
    systemctl list-timers --all --no-legend 2>/dev/null | grep -oE '(puppet|chef|salt|cfengine|ansible)[^ ]*\\.timer' | sort -u
    grep -rslE '^[^#]*(puppet agent|chef-client|salt-call|cf-agent|ansible-pull|(fernet|credential)_rotate)' /etc/crontab /etc/cron.d /etc/cron.hourly /etc/cron.daily /var/spool/cron 2>/dev/null
    true
  `,
  parse: ({ stdout }) => linesOf(stdout),
};

/** Configuration that packages once brought and nobody has merged: it hides what the next upgrade brings (trap 11). */
export const unmergedFiles: Reader<string[]> = {
  script: sh`find /etc \\( -name '*.dpkg-dist' -o -name '*.dpkg-new' -o -name '*.ucf-dist' -o -name '*.ucf-new' \\) 2>/dev/null; true`,
  parse: ({ stdout }) => linesOf(stdout),
};
