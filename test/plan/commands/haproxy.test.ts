import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { servesAs, serversUp, type Serving } from '../../../plan/commands/haproxy';
import type { Probe } from '../../../schema/plan';
import { lookAt } from '../violated-probes';

/** The scripts of the steps in a real shell; a fake `socat` prints what a real HAProxy 2.6.12 printed. */
describe('what a step takes for a server that serves', () => {
  const readers = join(__dirname, '../../catalog/readers/load-balancer');
  const printed = readFileSync(join(readers, 'haproxy-2.6-weight-0-backup-unresolved-and-disabled.txt'), 'utf8');
  const state = printed.split('\n').flatMap((line) => (line.startsWith('state ') ? [line.slice(6)] : []));
  const socat = `cat >/dev/null; cat <<'END'\n${state.join('\n')}\nEND`;

  const look = (probe: Probe): [number | null, string] => {
    const { code, lastLine } = lookAt({ probe, violation: { commands: { socat }, said: '' } });
    return [code, lastLine];
  };
  const map = (server: string, wanted: Serving['state'] = 'ready'): Serving[] => [
    { backend: 'heat_api', server, state: wanted, reaches: null },
  ];
  const up = (server: string): [number | null, string] =>
    look(serversUp({ id: 'toy/up', socket: '/s', map: map(server) }));
  const is = (server: string, wanted: Serving['state']): boolean =>
    look(servesAs({ id: 'toy/as', socket: '/s', map: map(server, wanted) }))[0] === 0;

  it('wants a server up and with weight: without, users get 503', () => {
    expect(up('ctl1')).toEqual([0, '1 servers up']);
    expect(up('ctl2')).toEqual([1, 'heat_api/ctl2 has weight 0: it gets no new request']);
    expect(up('ctl3')).toEqual([1, 'heat_api/ctl3 is not up yet']);
  });

  it('takes a server whose name does not resolve for one in maintenance', () => {
    expect([is('ctl4', 'ready'), is('ctl4', 'maint'), is('ctl4', 'drain')]).toEqual([false, true, false]);
    expect([is('ctl1', 'ready'), is('ctl1', 'maint'), is('ctl5', 'maint')]).toEqual([true, false, true]);
  });
});
