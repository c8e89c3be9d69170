import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';

/** What a queue does to messages that nobody takes for a while, by its arguments or a policy. */
export interface QueueLimit {
  readonly vhost: string;
  readonly queue: string;
  /** As RabbitMQ names it, without `x-`: `message-ttl`, `max-length`, `max-length-bytes`, `expires`. */
  readonly limit: string;
  /** Milliseconds, messages or bytes. */
  readonly value: number;
}

const losing = ['message-ttl', 'max-length', 'max-length-bytes', 'expires'] as const;

/**
 * Queues that throw away what waits in them. Null: not read. `list_queues` names the policy of a queue and not what it says, and no
 * operator policy (rabbitmqctl 3.10). `</dev/null`: before 3.13 it reads its stdin, which is the list of the vhosts that are
 * still to be asked (rabbitmq-server#10108).
 */
export const queueLimits: Reader<readonly QueueLimit[] | null> = {
  script: sh`
    set -e
    ask() { rabbitmqctl -q "$@" --formatter json </dev/null | tr '\\n' ' '; }
    vhosts=$(rabbitmqctl -q list_vhosts name --no-table-headers </dev/null)
    printf '%s\\n' "$vhosts" | while IFS= read -r vhost; do
      queues=$(ask list_queues -p "$vhost" name arguments policy)
      policies=$(ask list_policies -p "$vhost")
      operators=$(ask list_operator_policies -p "$vhost")
      test -n "$queues" && test -n "$policies" && test -n "$operators"
      printf '%s\\t%s\\t%s\\t%s\\n' "$vhost" "$queues" "$policies" "$operators"
    done
  `,
  parse: ({ stdout, exitCode }) =>
    exitCode !== 0 || stdout.trim() === '' ? null : linesOf(stdout).flatMap((line) => limitsIn(line)),
};

interface Queue {
  readonly name: string;
  readonly arguments: Settings;
  /** Its name; empty: none. */
  readonly policy: string;
}

interface Policy {
  readonly name: string;
  readonly pattern: string;
  readonly 'apply-to': string;
  /** JSON. */
  readonly definition: string;
  readonly priority: number;
}

/** An object, or a list of `[name, type, value]` where there are none. */
type Settings = Readonly<Record<string, unknown>> | readonly (readonly unknown[])[];

function limitsIn(line: string): QueueLimit[] {
  const [vhost = '', ...texts] = line.split('\t');
  const [queues, policies, operators] = texts.map((text) => JSON.parse(text) as unknown) as [
    readonly Queue[],
    readonly Policy[],
    readonly Policy[],
  ];
  return queues.flatMap((queue) => {
    const own = policies.find(({ name }) => name === queue.policy);
    const operator = operatorOf({ queue, operators });
    return losing.flatMap((limit) => {
      const values = [
        settingOf({ of: queue.arguments, name: `x-${limit}` }),
        ...[own, operator].map((one) => settingOf({ of: definitionOf(one), name: limit })),
      ].filter((value) => value !== null);
      // Where several say something, RabbitMQ takes the lowest.
      return values.length === 0 ? [] : [{ vhost, queue: queue.name, limit, value: Math.min(...values) }];
    });
  });
}

/** The one that counts of those that match: patterns of RabbitMQ's are no anchors of their own. */
function operatorOf({ queue, operators }: { queue: Queue; operators: readonly Policy[] }): Policy | undefined {
  return operators
    .filter((one) => one['apply-to'] !== 'exchanges' && new RegExp(one.pattern).test(queue.name))
    .sort((one, other) => other.priority - one.priority)[0];
}

function definitionOf(policy: Policy | undefined): Settings {
  return policy === undefined ? {} : (JSON.parse(policy.definition) as Settings);
}

function settingOf({ of, name }: { of: Settings; name: string }): number | null {
  const found = isList(of) ? of.find(([key]) => key === name)?.at(-1) : of[name];
  return typeof found === 'number' ? found : null;
}

function isList(settings: Settings): settings is readonly (readonly unknown[])[] {
  return Array.isArray(settings);
}
