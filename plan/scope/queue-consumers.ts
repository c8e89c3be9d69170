import type { CloudFacts } from '../../catalog/facts';
import type { QueueConsumer } from '../../catalog/platform/queue-consumers';
import { isLoopback, sameAddress } from '../../catalog/platform/address';
import type { Service } from '../../catalog/service';

/*
 * Who takes messages from the queues of a service of agents: its own agents, or somebody who reads its samples without its API (R-CEIL-28).
 */

interface Asked {
  readonly facts: CloudFacts;
  readonly service: Service;
}

/** How many consumers a queue has. */
export interface ConsumersOfQueue {
  readonly vhost: string;
  readonly queue: string;
  readonly consumers: number;
}

/**
 * Programs beside the service's own that read what its agents write, or that share a queue with them. Queues with the same names in which its
 * agents take nothing are those of other services.
 */
export function consumersBeside({ facts, service }: Asked): QueueConsumer[] {
  const own = consumersIn(facts).filter((one) => isAgent({ one, service }));
  const shared = ({ vhost, queue }: QueueConsumer): boolean =>
    own.some((one) => one.vhost === vhost && one.queue === queue);
  return consumersIn(facts)
    .filter((one) => !isAgent({ one, service }))
    .filter((one) => shared(one) || readsSamples({ one, facts, service }));
}

/** Whether samples or events of the service itself come to it: from their queue, or a copy of them. */
export function readsSamples(options: Asked & { readonly one: QueueConsumer }): boolean {
  const { one, facts, service } = options;
  const exchanges = facts.hosts.flatMap(({ packages }) => packages?.publishing[service.name]?.exchange ?? []);
  const written = service.publishing?.writes ?? [];
  return (
    one.queue.endsWith('.sample') ||
    one.bindings
      // Other services have exchanges of their own, and their messages are their own.
      .filter(({ exchange }) => exchanges.length === 0 || exchanges.includes(exchange))
      .some(({ key }) => key.endsWith('.sample') || written.some((one) => matches({ key, written: one })))
  );
}

/** How many consumers that are no agents the queues have in which something waits for agents: as many may stay once all agents are stopped. */
export function otherConsumers({ facts, service }: Asked): ConsumersOfQueue[] {
  const waiting = new RegExp(service.publishing?.waitingQueues ?? '^$');
  const others = consumersIn(facts).filter((one) => !isAgent({ one, service }) && waiting.test(one.queue));
  const places = [...new Set(others.map(({ vhost, queue }) => JSON.stringify({ vhost, queue })))].sort();
  return places.map((place) => {
    const { vhost, queue } = JSON.parse(place) as Pick<ConsumersOfQueue, 'vhost' | 'queue'>;
    const there = others.filter((one) => one.vhost === vhost && one.queue === queue);
    return { vhost, queue, consumers: there.reduce((sum, { consumers }) => sum + consumers, 0) };
  });
}

/** Agents of the service whose address no host of the cloud file has. */
export function agentsElsewhere({ facts, service }: Asked): QueueConsumer[] {
  const here = facts.hosts.flatMap(({ addresses = [] }) => addresses);
  return consumersIn(facts)
    .filter((one) => isAgent({ one, service }))
    .filter(({ address }) => !isLoopback(address) && !here.some((one) => sameAddress(one, address)));
}

/** Each node of a cluster tells of all nodes. */
function consumersIn({ hosts }: CloudFacts): QueueConsumer[] {
  const texts = hosts.flatMap(({ queueConsumers }) => (queueConsumers ?? []).map((one) => JSON.stringify(one)));
  return [...new Set(texts)].map((text) => JSON.parse(text) as QueueConsumer);
}

function isAgent({ one, service }: { one: QueueConsumer; service: Service }): boolean {
  return service.units.some(({ name }) => name === one.program);
}

/** As a topic exchange does: `*` is one word, `#` any number of words. */
function matches({ key, written }: { key: string; written: string }): boolean {
  const pattern = key
    .split('.')
    .map((word) =>
      word === '#' ? '(?:[^.]+(?:[.]|$))*' : word === '*' ? '[^.]+(?:[.]|$)' : `${literal(word)}(?:[.]|$)`,
    )
    .join('');
  return new RegExp(`^${pattern}$`).test(written);
}

function literal(word: string): string {
  return word.replaceAll(/[.*+?^${'$'}{}()|[\]\\]/g, '\\$&');
}
