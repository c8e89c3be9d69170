import type { Effect } from '../../schema/effect';
import type { Outcome } from '../../schema/outcome';
import type { CommandStep } from '../../schema/plan';

/** Enough to begin with: who needs more, knows where to look. */
const most = 3;

/** Read-only commands for a person who wants to see for themselves what is wrong, ready to paste; the most telling first. */
export function looksAt({
  step,
  outcome,
}: {
  step: CommandStep;
  outcome: Pick<Outcome, 'host' | 'jobId'>;
}): readonly string[] {
  const { host, jobId } = outcome;
  const effects = step.kind === 'change' ? (step.effects ?? []) : [];
  const own = [...new Set(effects.flatMap(lookAt))];
  const job = `/var/lib/openstack-upgrade/jobs/${String(jobId)}`;
  const output = jobId === null ? [] : [`tail -n 50 ${job}/out ${job}/err`];
  return [...output, ...own, ...anywhere].slice(0, most).map((command) => `ssh ${host} sudo ${command}`);
}

const anywhere = ['systemctl --failed --no-pager', 'journalctl --priority err --lines 30 --no-pager'] as const;

function lookAt(effect: Effect): readonly string[] {
  switch (effect.kind) {
    case 'process':
      return [`systemctl status ${effect.unit} --no-pager`, `journalctl --unit ${effect.unit} --lines 50 --no-pager`];
    case 'reload':
      return ['systemctl status apache2 --no-pager', 'apache2ctl configtest'];
    case 'code':
      return ['dpkg --audit', 'tail -n 50 /var/log/apt/term.log'];
    case 'schema':
      // A restore runs where the database is, a migration where the code is.
      return effect.at === 'before'
        ? [`mariadb -e 'SHOW FULL PROCESSLIST'`, 'df -h /var/lib/mysql']
        : [`ls -lt /var/log/${effect.service}`];
    case 'rotation':
    case 'frontend':
      return ['systemctl status haproxy --no-pager', 'journalctl --unit haproxy --lines 30 --no-pager'];
    case 'vhost':
      return ['rabbitmqctl list_vhosts', 'rabbitmqctl list_connections vhost user state'];
    case 'configuration':
    case 'thing':
      return ['df -h /var/lib/openstack-upgrade'];
    default:
      return effect satisfies never;
  }
}
