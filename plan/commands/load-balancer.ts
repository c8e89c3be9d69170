import { urlHost } from '../../catalog/platform/address';
import type { RuleId } from '../../catalog/rules';
import type { Cloud } from '../../schema/cloud';
import type { Confirm, Step } from '../../schema/plan';
import type { Scope } from '../scope/scope';
import { rotationRules, rotations, type Serving } from './haproxy';

/** The same wish to whatever stands in front of the APIs: HAProxy does it through its socket, a person does the rest. */
export function onLoadBalancer<T>(options: {
  cloud: Pick<Cloud, 'loadBalancer'>;
  haproxy: (socket: string) => T;
  byHand: () => T;
}): T {
  const { loadBalancer } = options.cloud;
  switch (loadBalancer.kind) {
    case 'haproxy':
      return options.haproxy(loadBalancer.socket);
    case 'other':
      return options.byHand();
    default:
      return loadBalancer satisfies never;
  }
}

/** Who gets requests, in a sentence for each API, with the order that loses none (R-HEAT-9, trap 48). */
export function moveByHand(options: {
  scope: Pick<Scope, 'services'>;
  id: string;
  title: string;
  map: readonly Serving[];
}): Step[] {
  const { scope, id, title, map } = options;
  if (map.length === 0) return [];
  const balanced = scope.services.flatMap(({ apis }) => apis.flatMap((api) => api.balanced));
  const named = map.map(({ backend, server, state }) => {
    const found = balanced.find((one) => one.backend === backend && one.server === server);
    const address = found === undefined ? server : `${urlHost(found.address)}:${String(found.port)}`;
    return { backend, name: `${server} (${address})`, address, open: state === 'ready' };
  });
  return [
    confirm({
      id,
      title,
      question: question({ title, named }),
      effects: rotations(map),
      requirements: rotationRules(map),
    }),
  ];
}

interface Named {
  readonly backend: string;
  readonly name: string;
  readonly address: string;
  readonly open: boolean;
}

function question(options: { title: string; named: readonly Named[] }): string {
  const { title, named } = options;
  const backends = [...new Set(named.map(({ backend }) => backend))];
  const closed = named.filter(({ open }) => !open);
  return [
    `On every load balancer: ${title}. Is it so?`,
    '',
    ...backends.map((backend) => {
      const own = named.filter((one) => one.backend === backend);
      const none = own.filter(({ open }) => !open).map(({ name }) => name);
      const some = own.filter(({ open }) => open).map(({ name }) => name);
      const rest = none.length === 0 ? '' : `; none to ${none.join(', ')}`;
      return `- ${backend}: requests to ${some.join(', ') || 'nobody'}${rest}`;
    }),
    '',
    ...(closed.length === 0 || closed.length === named.length
      ? []
      : [
          'Let in first those that get requests, and wait until their health checks pass. Only then take the others out.',
        ]),
    ...(closed.length === 0
      ? ['Confirm when the health checks of all of them pass.']
      : [
          `Confirm when no session is open any more at ${closed.map(({ address }) => address).join(', ')}: what stops there next cuts off every request still under way.`,
        ]),
  ].join('\n');
}

function confirm(options: Omit<Confirm, 'kind' | 'requirements'> & { requirements: readonly RuleId[] }): Confirm {
  return { kind: 'confirm', ...options };
}
