import type { CloudFacts } from '../../catalog/facts';
import type { QueueConsumer } from '../../catalog/platform/queue-consumers';
import type { Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { agentsElsewhere, consumersBeside, readsSamples } from '../scope/queue-consumers';
import { finding } from './finding';

interface Asked {
  readonly facts: CloudFacts;
  readonly service: Service;
}

/** Programs that read what agents write without the API: the spec has them told of changed models. */
export function queueConsumerFindings({
  facts,
  services,
}: {
  facts: CloudFacts;
  services: readonly Service[];
}): Finding[] {
  return services
    .filter(({ publishing }) => publishing !== undefined)
    .flatMap((service) => [
      ...beside({ facts, service }),
      ...elsewhere({ facts, service }),
      ...notRead({ facts, service }),
    ]);
}

/** One for each program: it is accepted by its name. */
function beside({ facts, service }: Asked): Finding[] {
  const { title } = service;
  const others = consumersBeside({ facts, service });
  return [...new Set(others.map(nameOf))].sort().map((name) => {
    const own = others.filter((one) => nameOf(one) === name);
    const read = own.filter((one) => readsSamples({ one, facts, service }));
    const taken = own.filter((one) => !read.includes(one));
    return finding({
      what: `consumer-beside-${name.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}`,
      level: 'warning',
      text: [
        `${whoOf(own)} is no agent of ${title}.`,
        ...(read.length === 0
          ? []
          : [
              `It reads what agents of ${title} write, from ${placesOf(read)}: after the upgrade that is what the new release writes.`,
            ]),
        ...(taken.length === 0
          ? []
          : [
              `It takes messages from ${placesOf(taken)}, as agents of ${title} do: each message goes to one consumer alone, and agents never see those that this one takes.`,
            ]),
      ].join(' '),
      remedy:
        (read.length === 0
          ? ''
          : `Tell those who run it that the models change: it must ignore what it does not know, and samples of new meters come. `) +
        (taken.length === 0
          ? 'Accept once they know.'
          : 'Ask those who run it whether it is meant: a queue of its own (a pool of oslo.messaging) gets all messages and takes none from others. Accept if it is.'),
      sources: ['R-CEIL-28'],
    });
  });
}

/** It would go on with the old code beside the new; or it is one of this run, seen from another address. */
function elsewhere({ facts, service }: Asked): Finding[] {
  const { title, name } = service;
  const agents = agentsElsewhere({ facts, service });
  if (agents.length === 0) return [];
  const who = [...new Set(agents.map(({ program, address }) => `${program} at ${address}`))].sort();
  return [
    finding({
      what: `agents-elsewhere-${name}`,
      level: 'warning',
      text:
        `${listed(who)}: agents of ${title} take messages from ${placesOf(agents)}, and no host of the cloud file has this address. ` +
        'An agent on a host that the run does not know keeps working with the installed release beside the new one.',
      remedy:
        'Find the host. Name it in the cloud file, or stop its agents until the run has ended. Accept where the agent runs on a host of the run and reaches the broker through another address, such as a load balancer.',
      sources: ['R-CEIL-8', 'R-CEIL-11', 'R-CEIL-28'],
    }),
  ];
}

function notRead({ facts, service }: Asked): Finding[] {
  const unread = facts.hosts.filter(({ queueConsumers }) => queueConsumers === null).map(({ host }) => host);
  if (unread.length === 0) return [];
  return [
    finding({
      what: `queue-consumers-unread-${service.name}`,
      level: 'warning',
      text: `Who takes messages from the queues of ${service.title} could not be read on ${listed(unread)}: programs that read its samples from there must know that the models change.`,
      remedy:
        'Read rabbitmqctl list_consumers of notifications.*, metering.* and event.* yourself. Accept if nobody beside its agents is there, or once they know.',
      sources: ['R-CEIL-28'],
    }),
  ];
}

/** A client without a name is known by its user. */
function nameOf({ program, user }: QueueConsumer): string {
  return program === '' ? user : program;
}

function whoOf(own: readonly QueueConsumer[]): string {
  const { program = '' } = own[0] ?? {};
  const users = listed([...new Set(own.map(({ user }) => user))].sort());
  const addresses = listed([...new Set(own.map(({ address }) => address))].sort());
  return program === '' ? `A client of user ${users} at ${addresses}` : `${program} (user ${users}, at ${addresses})`;
}

function placesOf(consumers: readonly QueueConsumer[]): string {
  return listed([...new Set(consumers.map(({ queue, vhost }) => `${queue} on vhost ${vhost}`))].sort());
}
