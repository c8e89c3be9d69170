import type { HostFacts } from '../../catalog/facts';
import type { BalancedServer } from '../../catalog/platform/haproxy';
import type { Plan } from '../../schema/plan';
import { toyPartialPlan } from '../support/planned';

/** HAProxy reaches the APIs in another network than SSH does, and that one has IPv6 alone. */
const elsewhere =
  (change: Partial<BalancedServer> = {}) =>
  (host: HostFacts): HostFacts => ({
    ...host,
    loadBalancer:
      host.loadBalancer === null
        ? null
        : {
            ...host.loadBalancer,
            servers: host.loadBalancer.servers.map((one) => ({
              ...one,
              address: `fd00:8004::1${one.server.replace('ctl', '')}`,
              ...change,
            })),
          },
  });

const venv = (change?: Partial<BalancedServer>): Plan =>
  toyPartialPlan({
    controllers: ['ctl1', 'ctl2'],
    change: elsewhere(change),
    request: { options: { rolling: { order: 'venv', wheelhouse: '/srv/heat-wheels' } } },
  });

describe('new code beside the packages, where HAProxy reaches the APIs by IPv6 in a network of their own', () => {
  const commands = JSON.stringify(venv().phases);
  const having = (text: string): number => commands.split(text).length - 1;

  it('is listened for there', () => {
    expect(having('[heat_api]\\nbind_host = ::\\nbind_port = 8104\\n')).toBeGreaterThan(0);
  });

  it('gets the requests of the lead at its own port, and gives them back', () => {
    expect(having('set server heat_api/ctl1 addr fd00:8004::11 port 8104')).toBeGreaterThan(0);
    expect(having('set server heat_api/ctl1 addr fd00:8004::11 port 8004')).toBeGreaterThan(0);
    expect(having('set server heat_api/ctl2 addr')).toBe(0);
  });

  it('is asked at its port, also where the number of the port is in the address', () => {
    expect(having('http://[fd00:8004::11]:8104/')).toBeGreaterThan(0);
    expect(having('fd00:8104')).toBe(0);
  });

  it('is refused where HAProxy would speak TLS to it', () => {
    const { findings } = venv({ tls: true });
    expect(findings.filter(({ level }) => level === 'blocker').map(({ id }) => id)).toEqual(['venv-speaks-no-tls']);
  });
});
