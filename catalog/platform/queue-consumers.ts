import { sh } from '../../shell/sh';
import { rowsOf, type Reader } from '../reader';

/** Who takes messages from a queue, as the broker tells it. */
export interface QueueConsumer {
  readonly vhost: string;
  readonly queue: string;
  /** Of the queue, where its name does not tell what comes in: exchange and routing key. */
  readonly bindings: readonly Binding[];
  /** As the client named itself: `ceilometer-agent-notification`, else its library (`py-amqp`). */
  readonly program: string;
  readonly user: string;
  /** Of its connection: where a load balancer stands before the broker, that of the load balancer. */
  readonly address: string;
  /** How many times it is a consumer of this queue. */
  readonly consumers: number;
}

export interface Binding {
  readonly exchange: string;
  readonly key: string;
}

/**
 * Consumers of queues that are named so, and of queues with another name that get samples: by a key of samples, or by a wildcard. Null: not
 * read. A program that fetches a message now and then (`basic.get`) is no consumer, and is not seen.
 *
 * A cloud has thousands of connections, so that the host prints only those that count. One list is asked for after the other: who connects or
 * leaves meanwhile may be missing. `</dev/null`: before 3.13 rabbitmqctl reads its stdin, which is the list of the vhosts that are still
 * to be asked (rabbitmq-server#10108).
 */
export function queueConsumers({ queues }: { queues: string }): Reader<readonly QueueConsumer[] | null> {
  return {
    script: sh`
      set -e
      ask() { word=$1; shift; answer=$(rabbitmqctl -q "$@" --no-table-headers </dev/null) || return 1; printf '%s\\n' "$answer" | sed "s/^/$word\\t/"; }
      QUEUES=${queues}; export QUEUES
      vhosts=$(rabbitmqctl -q list_vhosts name --no-table-headers </dev/null)
      found=$(printf '%s\\n' "$vhosts" | while IFS= read -r vhost; do
        bindings=$(ask binding list_bindings -p "$vhost" source_name destination_kind destination_name routing_key) || exit 1
        consumers=$(ask consumer list_consumers -p "$vhost" queue_name channel_pid) || exit 1
        printf '%s\\n%s\\n' "$bindings" "$consumers" | VHOST="$vhost" awk -F '\\t' -v OFS='\\t' '
          $1 == "binding" && $2 != "" && $3 == "queue" && $4 !~ ENVIRON["QUEUES"] && $5 ~ /[.]sample$|[*#]/ {
            bound[$4] = 1; print "binding", ENVIRON["VHOST"], $4, $2, $5 }
          $1 == "consumer" && ($2 ~ ENVIRON["QUEUES"] || $2 in bound) { print "consumer", ENVIRON["VHOST"], $2, $3 }'
      done)
      channels=$(ask channel list_channels pid connection)
      connections=$(ask connection list_connections pid user peer_host client_properties)
      printf '%s\\n' "$found"
      printf '%s\\n%s\\n%s\\n' "$found" "$channels" "$connections" | awk -F '\\t' '
        $1 == "consumer" { of[$4] = 1 }
        $1 == "channel" && $2 in of { on[$3] = 1; print }
        $1 == "connection" && $2 in on { print }'
      echo read
    `,
    parse: ({ stdout, exitCode }) => {
      const rows = rowsOf(stdout);
      return exitCode !== 0 || rows.at(-1)?.[0] !== 'read' ? null : consumersIn(rows);
    },
  };
}

/** One of each program, user and address at each queue, however many connections it has. */
function consumersIn(rows: readonly (readonly string[])[]): QueueConsumer[] {
  const named = (word: string): string[][] => rows.flatMap(([first, ...rest]) => (first === word ? [rest] : []));
  const [bindings, channels, connections] = [named('binding'), named('channel'), named('connection')];
  const each = named('consumer').flatMap(([vhost = '', queue = '', channel = '']) => {
    const on = channels.find(([pid]) => pid === channel)?.[1];
    const [, user = '', address = '', properties = ''] = connections.find(([pid]) => pid === on) ?? [];
    return on === undefined || user === '' ? [] : [{ vhost, queue, program: programIn(properties), user, address }];
  });
  const texts = [...new Set(each.map((one) => JSON.stringify(one)))].sort();
  return texts.map((text) => {
    const one = JSON.parse(text) as (typeof each)[number];
    const own = bindings.filter(([vhost, queue]) => vhost === one.vhost && queue === one.queue);
    return {
      ...one,
      bindings: own.map(([, , exchange = '', key = '']) => ({ exchange, key })),
      consumers: each.filter((other) => JSON.stringify(other) === text).length,
    };
  });
}

/** `[{"product","py-amqp"},{"connection_name","heat-engine:303:563d202d-..."}]`: oslo.messaging puts program, process and an id of its own. */
function programIn(properties: string): string {
  const [, name] = /\{"connection_name","([^"]*)"\}/.exec(properties) ?? [];
  const [, product] = /\{"product","([^"]*)"\}/.exec(properties) ?? [];
  return name?.replace(/:\d+:[0-9a-f-]{36}$/, '') ?? product ?? '';
}
