import { moveByHand } from '../../../plan/commands/load-balancer';
import type { Scope } from '../../../plan/scope/scope';
import { toyFacts, toyCloud } from '../../../testing/toy-survey';
import { scopeService } from '../../../plan/scope/scope-service';
import { heat } from '../../../catalog/services/heat';

const facts = toyFacts({ controllers: ['ctl1', 'ctl2'], services: ['heat'], change: (host) => host });
const plain = toyCloud(['ctl1', 'ctl2']);

describe('requests that a person moves', () => {
  it('go to addresses that can be told from their ports', () => {
    const six = (name: string, number: string): [string, object] => [
      name,
      { ...plain.hosts[name], address: `fd00::${number}` },
    ];
    const hosts = {
      ...plain.hosts,
      ...Object.fromEntries([six('ctl1', '11'), six('ctl2', '12')]),
    } as typeof plain.hosts;
    const cloud = { ...plain, hosts, loadBalancer: { kind: 'other' as const, frontends: {} } };
    const scoped = scopeService({ service: heat, cloud, facts, stopped: [] });
    const scope: Pick<Scope, 'services'> = { services: scoped === null ? [] : [scoped] };
    const place = { backend: 'heat-api', reaches: null } as const;
    const [step] = moveByHand({
      scope,
      id: 'x',
      title: 'x',
      map: [
        { ...place, server: 'ctl1', state: 'ready' },
        { ...place, server: 'ctl2', state: 'drain' },
      ],
    });
    expect(step?.kind === 'confirm' ? step.question : '').toContain(
      '- heat-api: requests to ctl1 ([fd00::11]:8004); none to ctl2 ([fd00::12]:8004)',
    );
  });
});
