import { quietMessages } from '../../catalog/platform/quiet-hour';
import type { Probe } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { probe } from '../change';

/**
 * Few messages wait for agents, in any vhost. Only where somebody consumes: a queue that nobody takes from grows all the time, and is no
 * sign of work. Without a program of ours: a broker need not have Python.
 */
export function fewMessagesWait(options: {
  service: string;
  title: string;
  queues: string;
  retryForSeconds: number;
}): Probe {
  const { service, title, queues, retryForSeconds } = options;
  const most = String(quietMessages);
  return probe({
    id: `${service}/quiet-queues`,
    title: `few messages wait for ${title}: the hour is quiet`,
    script: sh`
      rabbitmqctl -q list_vhosts name --no-table-headers < /dev/null > "$SCRATCH/vhosts"
      while IFS= read -r vhost; do
        rabbitmqctl -q list_queues -p "$vhost" name messages consumers --no-table-headers < /dev/null
      done < "$SCRATCH/vhosts" > "$SCRATCH/queues"
      QUEUES=${queues} MOST=${most} awk -F '\\t' '
        $1 ~ ENVIRON["QUEUES"] && $3 > 0 { waiting += $2; if ($2 > most) { most = $2; name = $1 } }
        END { print waiting + 0 " messages wait for agents" (name == "" ? "" : ", most of them in " name); exit waiting > ENVIRON["MOST"] + 0 }
      ' "$SCRATCH/queues"
    `,
    retryForSeconds,
    everySeconds: 5,
    remedy:
      `wait for an hour in which less happens, then retry: nothing is stopped yet. If the number never falls, read the log of the agents: none takes messages, or too few run. Override only if more than ${most} always wait: ` +
      'they stay in their queues while agents are stopped, and are taken afterwards.',
    requirements: ['R-CEIL-6'],
  });
}
