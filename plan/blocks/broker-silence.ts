import type { Batch } from '../../schema/plan';
import { noAgentOn, noEngineOn } from '../commands/rabbitmq';
import type { Scope } from '../scope/scope';
import { onBroker } from './phase';

/**
 * No engine and no agent takes anything from the broker, wherever it runs: one on a host that the cloud file does not name holds no lock of ours, and
 * need not be connected to the database in the moment in which that is asked (R-OPS-61).
 */
export function brokerSilent(options: { scope: Scope; label: string; retryForSeconds?: number }): Batch[] {
  const { scope, label, ...patience } = options;
  const steps = scope.services.flatMap(({ service, engineVhost, otherConsumers }) => {
    const { name, title, rolling, publishing } = service;
    return [
      ...(rolling === null || engineVhost === null
        ? []
        : [noEngineOn({ id: `${label}/no-engine-${name}`, vhost: engineVhost, topic: rolling.topic, ...patience })]),
      ...(publishing === undefined
        ? []
        : [
            noAgentOn({
              id: `${label}/no-agent-${name}`,
              title,
              queues: publishing.waitingQueues,
              others: otherConsumers,
              ...patience,
            }),
          ]),
    ];
  });
  return steps.length === 0 ? [] : [onBroker({ scope, steps })];
}
