import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';

export interface BrokerFacts {
  readonly running: boolean;
  /** Alarms and partitions, in the broker's own words. Empty: healthy. */
  readonly troubles: readonly string[];
  readonly vhosts: readonly VhostFacts[];
}

export interface VhostFacts {
  readonly name: string;
  readonly description: string;
  readonly queues: number;
  readonly connections: number;
}

/** What this product writes beside a vhost of its own, so that it never touches anybody else's (C.7). */
export const ownVhostDescription = 'OpenStack upgrade';

export const broker: Reader<BrokerFacts> = {
  script: sh`
    rabbitmqctl -q status >/dev/null 2>&1 && echo running
    rabbitmq-diagnostics -q check_local_alarms 2>&1 | sed 's/^/alarm: /' | grep -i 'alarm: .*alarm' | grep -iv 'no local alarms' || true
    connections=$(rabbitmqctl -q list_connections vhost --no-table-headers 2>/dev/null)
    rabbitmqctl -q list_vhosts name description --no-table-headers 2>/dev/null | while IFS=$(printf '\\t') read -r name description; do
      queues=$(rabbitmqctl -q list_queues -p "$name" name --no-table-headers 2>/dev/null | grep -c .)
      printf 'vhost\\t%s\\t%s\\t%s\\t%s\\n' "$name" "$queues" "$(printf %s "$connections" | grep -cxF -e "$name")" "$description"
    done
  `,
  parse: ({ stdout }) => {
    const all = linesOf(stdout);
    return {
      running: all.includes('running'),
      troubles: all.filter((line) => line.startsWith('alarm: ')),
      vhosts: all
        .map((line) => line.split('\t'))
        .filter(([word]) => word === 'vhost')
        .map(([, name = '', queues = '0', connections = '0', description = '']) => ({
          name,
          description,
          queues: Number(queues),
          connections: Number(connections),
        })),
    };
  },
};
