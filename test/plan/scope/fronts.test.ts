import type { Endpoint } from '../../../catalog/platform/endpoints';
import type { Listener } from '../../../catalog/platform/haproxy';
import { frontsOf } from '../../../plan/scope/fronts';

const listener = (frontend: string, address: string, more: Partial<Listener> = {}): Listener => ({
  frontend,
  address,
  port: 5000,
  backend: 'keystone',
  tls: false,
  ...more,
});

const endpoint = (is: Endpoint['interface'], host: string, addresses: readonly string[] = []): Endpoint => ({
  interface: is,
  host,
  port: 5000,
  addresses,
});

const faces = (listeners: readonly Listener[], endpoints: readonly Endpoint[]): string[] =>
  frontsOf({ listeners, endpoints }).map((front) => `${front.frontend} ${front.faces}`);

describe('who comes in through a front end', () => {
  const two = [listener('outside', '192.0.2.31'), listener('inside', '192.0.2.32')];

  it('is told by the endpoints that lead to its address, by name or by number', () => {
    expect(
      faces(two, [endpoint('public', 'cloud.example', ['192.0.2.31']), endpoint('internal', '192.0.2.32')]),
    ).toEqual(['outside users', 'inside services']);
  });

  it('is told in any spelling of an IPv6 address', () => {
    const six = [listener('outside', '[FD00:0::31]'), listener('inside', '[fd00::32]')];
    expect(faces(six, [endpoint('public', 'fd00::31'), endpoint('internal', 'vip', ['fd00:0:0::32'])])).toEqual([
      'outside users',
      'inside services',
    ]);
  });

  it('counts the admin endpoint as one of services', () => {
    expect(faces(two, [endpoint('public', '192.0.2.31'), endpoint('admin', '192.0.2.32')])).toEqual([
      'outside users',
      'inside services',
    ]);
  });

  it.each([
    ['one address for all', [listener('all', '192.0.2.31')], ['192.0.2.31', '192.0.2.31'], ['all both']],
    ['every address of the host', [listener('all', '0.0.0.0')], ['192.0.2.31', '192.0.2.32'], ['all both']],
    [
      'IPv6, which a listener has in brackets',
      [listener('all', '[2001:db8::1]')],
      ['2001:db8::1', '::1'],
      ['all users'],
    ],
  ])('%s', (_, listeners, [outside = '', inside = ''], expected) => {
    expect(faces(listeners, [endpoint('public', outside), endpoint('internal', inside)])).toEqual(expected);
  });

  it('does not guess: a name that does not resolve may be every address, no endpoint means unknown', () => {
    expect(faces(two, [endpoint('public', 'cloud.example'), endpoint('internal', '192.0.2.32')])).toEqual([
      'outside users',
      'inside both',
    ]);
    expect(faces(two, [])).toEqual(['outside unknown', 'inside unknown']);
    expect(faces(two, [{ ...endpoint('public', '192.0.2.31'), port: 8004 }])).toEqual([
      'outside unknown',
      'inside unknown',
    ]);
  });

  it('is everybody where one front end serves several APIs', () => {
    const routes = [listener('outside', '192.0.2.31', { routes: true }), listener('inside', '192.0.2.32')];
    expect(faces(routes, [endpoint('public', '192.0.2.31'), endpoint('internal', '192.0.2.32')])).toEqual([
      'outside both',
      'inside services',
    ]);
  });
});
