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
 * Queues that throw away what waits in them. Null: not read. `</dev/null`: rabbitmqctl before 3.13 reads its stdin, which is the list of
 * the vhosts that are still to be asked (rabbitmq-server#10108).
 */
export const queueLimits: Reader<readonly QueueLimit[] | null> = {
  script: sh`
    set -e
    vhosts=$(rabbitmqctl -q list_vhosts name --no-table-headers </dev/null)
    printf '%s\\n' "$vhosts" | while IFS= read -r vhost; do
      queues=$(rabbitmqctl -q list_queues -p "$vhost" name arguments effective_policy_definition --formatter json </dev/null)
      printf '%s\\t%s\\n' "$vhost" "$(printf %s "$queues" | tr '\\n' ' ')"
    done
  `,
  parse: ({ stdout, exitCode }) =>
    exitCode !== 0 || stdout.trim() === '' ? null : linesOf(stdout).flatMap((line) => limitsIn(line)),
};

interface Queue {
  readonly name: string;
  readonly arguments: Settings;
  readonly effective_policy_definition: Settings;
}

/** An object, or where there are none and in some releases always a list of `[name, type, value]`. */
type Settings = Readonly<Record<string, unknown>> | readonly (readonly unknown[])[] | string;

function limitsIn(line: string): QueueLimit[] {
  const at = line.indexOf('\t');
  const vhost = line.slice(0, at);
  const queues = JSON.parse(line.slice(at + 1)) as readonly Queue[];
  return queues.flatMap((queue) =>
    losing.flatMap((limit) => {
      const own = settingOf({ of: queue.arguments, name: `x-${limit}` });
      const policy = settingOf({ of: queue.effective_policy_definition, name: limit });
      const values = [own, policy].filter((value) => value !== null);
      // Where both say something, RabbitMQ takes the lower one.
      return values.length === 0 ? [] : [{ vhost, queue: queue.name, limit, value: Math.min(...values) }];
    }),
  );
}

function settingOf({ of, name }: { of: Settings; name: string }): number | null {
  if (typeof of === 'string') return null;
  const found = isList(of) ? of.find(([key]) => key === name)?.at(-1) : of[name];
  return typeof found === 'number' ? found : null;
}

function isList(settings: Exclude<Settings, string>): settings is readonly (readonly unknown[])[] {
  return Array.isArray(settings);
}
