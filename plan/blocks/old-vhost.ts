import { dropVhost, vhostAgain, vhostUnused } from '../commands/rabbitmq';
import { talksElsewhere } from '../commands/transport';
import type { RollingScope } from '../scope/rolling-scope';
import { batch, type Drawn, phase, onBroker } from './phase';

/**
 * Removes the vhost that the service has left, only where the request asks for it (R-HEAT-28, C.7). Asked by a gate of
 * its own, because the way back gets longer; and every rule is looked at before, and once more in the act.
 */
export function removeOldVhost({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, scoped, vhosts } = rolling;
  const { name } = scoped.service;
  const broker = scope.brokers.slice(0, 1);
  return phase({
    scope,
    id: 'old-vhost',
    title: `RabbitMQ: vhost ${vhosts.old} is removed, if a person agrees`,
    gate: {
      question:
        `Remove vhost ${vhosts.old}? ${name} has left it. It is removed only when nobody is connected, no queue has a ` +
        `consumer or a message, and nobody but the user of ${name} has permissions there.\n` +
        'leavePhaseOut keeps it, and the run still succeeds: for a week or so it keeps a rollback short. To remove it later, as root on ' +
        `${broker.join()}:\n\n` +
        `    rabbitmqctl list_connections vhost user peer_host | grep -wF -e '${vhosts.old}'\n` +
        `    rabbitmqctl list_queues -p '${vhosts.old}' name messages consumers\n` +
        `    rabbitmqctl delete_vhost '${vhosts.old}'`,
      automatic: false,
      mayBeLeftOut: true,
    },
    preconditions: [
      ...broker.map((host) => ({ host, probe: vhostUnused(subject(rolling)) })),
      ...scoped.hosts.map((host) => ({
        host,
        probe: talksElsewhere({
          id: 'old-vhost/talks-elsewhere',
          configFile: scoped.service.configFile,
          vhost: vhosts.old,
        }),
      })),
    ],
    batches: [batch({ hosts: broker, steps: [dropVhost(subject(rolling))] })],
  });
}

/** What the way back needs first of all. */
export function undoOldVhost({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, vhosts } = rolling;
  return phase({
    scope,
    id: 'back-old-vhost',
    title: `Rollback: vhost ${vhosts.old} is created again`,
    batches: [
      onBroker({ scope, steps: [vhostAgain({ id: 'back-old-vhost/make', vhost: vhosts.old, like: vhosts.next })] }),
    ],
  });
}

function subject({ vhosts, rolling, brokerUser }: RollingScope): { vhost: string; queues: string; user: string } {
  return { vhost: vhosts.old, queues: rolling.queues, user: brokerUser };
}
