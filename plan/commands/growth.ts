import type { Probe } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { probe } from '../change';

/*
 * What the spec of rolling upgrades has people watch: a new model comes on a queue of its own (R-CEIL-26), and payloads grow, because nothing
 * is removed from them (R-CEIL-27). Looked at before the agents stop and once all of them run again, for the report. It holds nobody up: what
 * could not be read is said there.
 */

export type GrowthMoment = 'before' | 'after';

interface Look {
  readonly service: string;
  readonly moment: GrowthMoment;
}

/** The tail of a look that comes back has 8 KB: of more queues than these their number alone is told. */
const mostQueues = 80;

/** In every vhost, tab by tab: `queue`, vhost, name, messages, consumers, bytes of the messages, memory; then how many there are. */
export function queuesLooked(options: Look & { readonly title: string; readonly queues: string }): Probe {
  const { service, moment, title, queues } = options;
  return probe({
    id: `${service}/queues-${moment}`,
    title: `queues of ${title} ${moment} the upgrade`,
    script: sh`
      sizes() {
        rabbitmqctl -q list_vhosts name --no-table-headers < /dev/null > "$SCRATCH/vhosts"
        while IFS= read -r vhost; do
          rabbitmqctl -q list_queues -p "$vhost" name messages consumers message_bytes memory --no-table-headers < /dev/null > "$SCRATCH/some"
          VHOST="$vhost" QUEUES=${queues} awk -F '\\t' -v OFS='\\t' '$1 ~ ENVIRON["QUEUES"] { print "queue", ENVIRON["VHOST"], $1, $2 + 0, $3 + 0, $4 + 0, $5 + 0 }' "$SCRATCH/some"
        done < "$SCRATCH/vhosts"
      }
      set +e; ( set -e; sizes ) > "$SCRATCH/sizes"; code=$?; set -e
      if test $code != 0; then echo "the queues could not be read: rabbitmqctl ended with $code"; exit 0; fi
      sort "$SCRATCH/sizes" | head -n ${String(mostQueues)}
      echo "$(wc -l < "$SCRATCH/sizes") queues"
    `,
    isRead: true,
    timeoutSeconds: 120,
    remedy: 'choose skip: it only tells, for the report.',
    requirements: ['R-CEIL-26', 'R-CEIL-27'],
  });
}

/**
 * Tab by tab: `memory`, unit, KiB, processes, seconds since its start. Of each process what it alone has, and its share of what several have
 * (Pss): workers of one agent share most of theirs.
 */
export function memoryLooked(options: Look & { readonly units: readonly string[] }): Probe {
  const { service, moment, units } = options;
  return probe({
    id: `${service}/memory-${moment}`,
    title: `memory of agents ${moment} the upgrade`,
    script: sh`
      for unit in ${units}; do
        systemctl -q is-active "$unit" || continue
        group=$(systemctl show -p ControlGroup --value "$unit")
        cat "/sys/fs/cgroup$group/cgroup.procs" "/sys/fs/cgroup/systemd$group/cgroup.procs" 2>/dev/null > "$SCRATCH/processes" || :
        started=$(systemctl show -p ActiveEnterTimestampMonotonic --value "$unit")
        age=$(( $(cut -d. -f1 /proc/uptime) - started / 1000000 ))
        while IFS= read -r process; do
          awk '/^Pss:/ { print $2 }' "/proc/$process/smaps_rollup" 2>/dev/null || :
        done < "$SCRATCH/processes" | UNIT="$unit" AGE="$age" awk -v OFS='\\t' '{ sum += $1 } END { if (NR > 0) print "memory", ENVIRON["UNIT"], sum, NR, ENVIRON["AGE"] + 0 }'
      done
    `,
    isRead: true,
    timeoutSeconds: 60,
    remedy: 'choose skip: it only tells, for the report.',
    requirements: ['R-CEIL-27'],
  });
}
