import type { CloudFacts } from '../../catalog/facts';
import type { QueueLimit } from '../../catalog/platform/queue-limits';
import type { Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding, Plan } from '../../schema/plan';
import { finding } from './finding';

/**
 * Samples and notifications wait in queues while the agents that take them are stopped. A full run stops all of them; host by host those of
 * the other hosts take what comes, where there are any.
 */
export function queueLimitFindings(options: {
  kind: Plan['kind'];
  facts: CloudFacts;
  services: readonly Service[];
}): Finding[] {
  const { kind, facts, services } = options;
  return services.flatMap((service) => {
    const { waitingQueues, pipelineUnit } = service.publishing ?? {};
    if (waitingQueues === undefined || (kind === 'partial' && takers({ facts, unit: pipelineUnit }) > 1)) return [];
    const named = new RegExp(waitingQueues);
    const brokers = facts.hosts.filter((host) => host.queueLimits !== undefined);
    const unread = brokers.filter((host) => host.queueLimits === null).map(({ host }) => host);
    const found = brokers.flatMap((host) => host.queueLimits ?? []).filter(({ queue }) => named.test(queue));
    return [...limits({ service, found }), ...notRead({ service, unread })];
  });
}

function takers({ facts, unit }: { facts: CloudFacts; unit: string | undefined }): number {
  return facts.hosts.filter(({ packages }) => packages?.units.some(({ name, active }) => name === unit && active))
    .length;
}

function limits({ service, found }: { service: Service; found: readonly QueueLimit[] }): Finding[] {
  const said = [...new Set(found.map(words))];
  if (said.length === 0) return [];
  return [
    finding({
      what: `queues-lose-${service.name}`,
      level: 'warning',
      text:
        `While the agents of ${service.title} are stopped, what they would take waits in its queues, and RabbitMQ throws a part of it away: ${listed(said)}. ` +
        'The expected times of this plan say for how long they are stopped.',
      remedy:
        'Remove the policy for the time of the upgrade (rabbitmqctl list_policies, clear_policy); a limit among the arguments of a queue remains as long as the queue. ' +
        'Accept if the samples of this time may be missing.',
      sources: ['R-CEIL-6', 'R-CEIL-11', 'R-CEIL-31'],
    }),
  ];
}

function words({ vhost, queue, limit, value }: QueueLimit): string {
  const place = `${queue} on vhost ${vhost}`;
  switch (limit) {
    case 'message-ttl':
      return `${place} keeps a message for ${String(value / 1000)} s`;
    case 'expires':
      return `${place} is deleted after ${String(value / 1000)} s without a consumer`;
    case 'max-length':
      return `${place} keeps ${String(value)} messages`;
    default:
      return `${place} keeps ${String(value)} bytes`;
  }
}

function notRead({ service, unread }: { service: Service; unread: readonly string[] }): Finding[] {
  if (unread.length === 0) return [];
  return [
    finding({
      what: `queue-limits-unread-${service.name}`,
      level: 'warning',
      text: `Whether queues of ${service.title} throw away what waits in them could not be read on ${listed(unread)}.`,
      remedy:
        'Search for message-ttl, max-length and expires in rabbitmqctl list_policies and among the arguments of notifications.*. Accept if there are none.',
      sources: ['R-CEIL-6', 'R-CEIL-31'],
    }),
  ];
}
