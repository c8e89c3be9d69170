import { listed } from '../../schema/names';
import type { Change } from '../../schema/plan';
import { makeVhost, removeVhost } from '../commands/rabbitmq';
import { ownVhosts, type RollingScope, type SideEngineScope, type VenvScope } from '../scope/rolling-scope';
import { type Drawn, phase, onBroker, onProofHost } from './phase';
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
export function tidyVhosts({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, scoped, vhosts } = rolling;
  const side = 'side' in vhosts ? [vhosts.side] : [];
  return phase({
    scope,
    id: 'tidy',
    title: `Clean up: ${listed([...side.map((vhost) => `vhost ${vhost}`), 'the canary'])}`,
    batches: [
      onProofHost({ scope, steps: canaryAway({ scope, scoped, label: scoped.service.name }) }),
      onBroker({ scope, steps: side.map((vhost) => removeVhost({ id: 'tidy/vhost-side', vhost })) }),
    ],
  });
}

/** Nobody uses them any more; one in which a message lies stays, and a person is asked. */
export function undoVhosts({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope } = rolling;
  const own = ownVhosts(rolling);
  return phase({
    scope,
    id: 'back-vhosts',
    title: `Rollback: ${own.length === 1 ? 'vhost' : 'vhosts'} ${listed(own)} ${own.length === 1 ? 'is removed' : 'are removed'}`,
    batches: [onBroker({ scope, steps: ownVhostsGone({ rolling, label: 'back-vhosts' }) })],
  });
}

export function ownVhostsGone({ rolling, label }: { rolling: RollingScope; label: string }): Change[] {
  return ownVhosts(rolling).map((vhost) => removeVhost({ id: `${label}/${vhost}`, vhost }));
}

/** The side needs its vhost again. */
export function undoTidy({ rolling }: { rolling: SideEngineScope | VenvScope }): Drawn {
  const { scope, vhosts } = rolling;
  return phase({
    scope,
    id: 'back-tidy',
    title: `Rollback: vhost ${vhosts.side} again`,
    batches: [
      onBroker({ scope, steps: [makeVhost({ id: 'back-tidy/vhost-side', vhost: vhosts.side, like: vhosts.old })] }),
    ],
  });
}
