import { type HostName, listed } from '../../schema/names';
import { makeVhost, removeVhost } from '../commands/rabbitmq';
import { ownVhosts, type RollingScope } from '../scope/sides';
import type { Undo } from './leave-vhost';
import { batch, type Drawn, phase, onBroker } from './phase';
import { canaryAway } from './service-proofs';

/** The new release's vhost, and the side engine's (R-HEAT-14). */
export function makeVhosts(options: { rolling: RollingScope }): Drawn {
  const { scope, vhosts } = options.rolling;
  const own = ownVhosts(options.rolling);
  return phase({
    scope,
    id: 'vhosts',
    title: `RabbitMQ: ${own.length === 1 ? 'vhost' : 'vhosts'} ${listed(own)}`,
    batches: [
      onBroker({
        scope,
        steps: own.map((vhost) =>
          makeVhost({ id: vhost === vhosts.next ? 'vhosts/next' : 'vhosts/side', vhost, like: vhosts.old }),
        ),
      }),
    ],
  });
}

/** Removes the side vhost, where there is one: it is this run's own. The old one stays: going back needs it (a finding says how it goes). */
export function tidyVhosts(options: { rolling: RollingScope; allApis: readonly HostName[] }): Drawn {
  const { rolling } = options;
  const { scope, scoped, vhosts, sideOn } = rolling;
  return phase({
    scope,
    id: 'tidy',
    title: sideOn === 'side' ? `Tidy up: vhost ${vhosts.side} and the canary` : 'Tidy up: the canary',
    batches: [
      batch({
        hosts: [scope.proofHost],
        steps: canaryAway({ scope, scoped }),
      }),
      onBroker({ scope, steps: sideOn === 'side' ? [removeVhost({ id: 'tidy/vhost-side', vhost: vhosts.side })] : [] }),
    ],
  });
}

/** Nobody uses them any more; one in which a message lies stays, and a person is asked. */
export function undoVhosts({ rolling }: Pick<Undo, 'rolling'>): Drawn {
  const { scope } = rolling;
  const own = ownVhosts(rolling);
  return phase({
    scope,
    id: 'back-vhosts',
    title: `Back: ${own.length === 1 ? 'vhost' : 'vhosts'} ${listed(own)} ${own.length === 1 ? 'goes' : 'go'}`,
    batches: [onBroker({ scope, steps: own.map((vhost) => removeVhost({ id: `back-vhosts/${vhost}`, vhost })) })],
  });
}

/** The side needs its vhost again. */
export function undoTidy({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, vhosts } = rolling;
  return phase({
    scope,
    id: 'back-tidy',
    title: `Back: vhost ${vhosts.side} again`,
    batches: [
      onBroker({ scope, steps: [makeVhost({ id: 'back-tidy/vhost-side', vhost: vhosts.side, like: vhosts.old })] }),
    ],
  });
}
