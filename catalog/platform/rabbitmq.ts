import { sh } from '../../shell/sh';
import { linesOf, numberOf, reasonOf, type Printed, type Reader } from '../reader';

export interface BrokerFacts {
  readonly running: boolean;
  /** Why it could not be asked, in the words of rabbitmqctl. Not there: it answered. */
  readonly refusal?: string;
  /** `3.10.8`; null: it did not say. */
  readonly version: string | null;
  /** Alarms, partitions, missing members, and what could not be asked. Empty: healthy. */
  readonly troubles: readonly string[];
  readonly cluster: BrokerCluster | null;
  readonly vhosts: readonly VhostFacts[];
}

/** As this node sees it: every node of a partitioned cluster is well in its own eyes. */
export interface BrokerCluster {
  readonly members: readonly string[];
  readonly running: readonly string[];
}

export interface VhostFacts {
  readonly name: string;
  readonly description: string;
  readonly queues: number;
  readonly connections: number;
}

/** What this product writes beside a vhost of its own, so that it never touches anybody else's (C.7). */
export const ownVhostDescription = 'OpenStack upgrade';

/**
 * Only columns that every release from 3.8 on has, as JSON, so that a blank or a tab in a name changes nothing.
 * `</dev/null` at each call: rabbitmqctl before 3.13 reads its stdin, and in the loop that is the list of the vhosts
 * that are still to be asked (rabbitmq-server#10108). Listeners that are suspended stay in the list of listeners: the
 * kernel knows whether somebody listens. To connect would tell less: the host's name may lead to an address that the broker leaves alone.
 */
export const broker: Reader<BrokerFacts> = {
  script: sh`
    ask() {
      word=$1; shift
      if answer=$(rabbitmqctl -q "$@" --formatter json </dev/null); then printf '%s\\t%s\\n' "$word" "$(printf %s "$answer" | tr '\\n' ' ')"
      else printf 'failed\\trabbitmqctl %s\\n' "$*"; fi
    }
    rabbitmqctl -q status </dev/null >/dev/null || exit 0
    echo running
    printf 'version\\t%s\\n' "$(rabbitmqctl version </dev/null)"
    ask cluster cluster_status
    ask vhosts list_vhosts name description
    ask connections list_connections vhost
    rabbitmq-diagnostics -q listeners </dev/null | grep 'protocol: amqp' | while IFS= read -r listener; do
      port=$(printf %s "$listener" | sed 's/.*port: \\([0-9]*\\).*/\\1/')
      test -n "$(ss -Hltn "sport = :$port")" || printf 'deaf\\t%s\\n' "$listener"
    done
    rabbitmqctl -q list_vhosts name --no-table-headers </dev/null | while IFS= read -r vhost; do
      if queues=$(rabbitmqctl -q list_queues -p "$vhost" name --no-table-headers </dev/null); then printf 'queues\\t%s\\t%s\\n' "$(printf %s "$queues" | grep -c .)" "$vhost"
      else printf 'failed\\trabbitmqctl list_queues -p %s\\n' "$vhost"; fi
    done
  `,
  parse: (printed) => {
    const all = linesOf(printed.stdout);
    const status = answerOf(all, 'cluster') as ClusterStatus | null;
    const running = all.includes('running');
    return {
      running,
      ...(running ? {} : { refusal: refusalOf(printed) }),
      version: all.flatMap((line) => /^version\t(\d\S*)$/.exec(line)?.[1] ?? [])[0] ?? null,
      troubles: [
        ...(status === null ? [] : troublesOf(status)),
        ...all
          .filter((line) => line.startsWith('deaf\t'))
          .map((line) => `no client gets in: ${line.slice('deaf\t'.length)}`),
        ...failures(printed),
      ],
      cluster: status === null ? null : clusterOf(status),
      vhosts: vhostsOf(all),
    };
  },
};

/** `rabbitmqctl cluster_status`, as far as it is read; what a release does not have is not there. */
interface ClusterStatus {
  readonly disk_nodes?: readonly string[];
  readonly ram_nodes?: readonly string[];
  readonly running_nodes?: readonly string[];
  readonly alarms?: readonly { readonly node?: string; readonly type?: string; readonly resource?: string }[];
  readonly partitions?: Readonly<Record<string, readonly string[]>>;
  readonly maintenance_status?: Readonly<Record<string, string>>;
}

/** rabbitmqctl says what may be the reason before it says what it found out. */
function refusalOf(printed: Printed): string {
  const epmd = /^\s*\* epmd reports: (.*)$/m.exec(printed.stderr)?.[1];
  return epmd === undefined ? reasonOf(printed) : `epmd reports: ${epmd}`;
}

function clusterOf({ disk_nodes = [], ram_nodes = [], running_nodes = [] }: ClusterStatus): BrokerCluster {
  return { members: [...new Set([...disk_nodes, ...ram_nodes])].sort(), running: [...running_nodes].sort() };
}

/** Asked of the set: a node that has lost the others runs, has no alarm of its own, and answers everybody. */
function troublesOf(status: ClusterStatus): string[] {
  const { members, running } = clusterOf(status);
  return [
    ...(status.alarms ?? []).map(
      ({ node = 'a node', type = 'alarm', resource }) =>
        `${type}${resource === undefined ? '' : ` (${resource})`} on ${node}`,
    ),
    ...Object.entries(status.partitions ?? {}).map(
      ([node, others]) => `network partition: ${node} does not talk to ${others.join(', ')}`,
    ),
    ...members
      .filter((node) => !running.includes(node))
      .map((node) => `${node} belongs to the cluster and does not run`),
    ...Object.entries(status.maintenance_status ?? {})
      .filter(([node, state]) => running.includes(node) && !/^(not under maintenance|unknown)$/.test(state))
      .map(([node]) => `${node} is in maintenance mode: it accepts no clients`),
  ];
}

function failures(printed: Printed): string[] {
  return linesOf(printed.stdout).flatMap((line) => {
    const command = /^failed\t(.*)$/.exec(line)?.[1];
    return command === undefined ? [] : [`${command} failed: ${reasonOf({ ...printed, stdout: '' })}`];
  });
}

function vhostsOf(all: readonly string[]): VhostFacts[] {
  const connections = (answerOf(all, 'connections') ?? []) as readonly { vhost?: string }[];
  const queues = Object.fromEntries(
    all.flatMap((line) => {
      const [, count, name] = /^queues\t(\d+)\t(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, numberOf(count) ?? 0]];
    }),
  ) as Record<string, number | undefined>;
  return ((answerOf(all, 'vhosts') ?? []) as readonly { name: string; description?: string }[])
    .map(({ name, description = '' }) => ({
      name,
      description: description === 'undefined' ? '' : description,
      queues: queues[name] ?? 0,
      connections: connections.filter(({ vhost }) => vhost === name).length,
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function answerOf(all: readonly string[], word: string): unknown {
  const line = all.find((one) => one.startsWith(`${word}\t`));
  return line === undefined ? null : JSON.parse(line.slice(word.length + 1));
}
