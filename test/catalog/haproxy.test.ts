import { loadBalancer } from '../../catalog/platform/haproxy';

const keepAlive = (config: string): readonly string[] =>
  loadBalancer({ socket: '/s' }).parse({
    stdout: config
      .trim()
      .split('\n')
      .map((line) => `cfg ${line}`)
      .join('\n'),
    stderr: '',
    exitCode: 0,
  }).keepAlive;

describe('connections that HAProxy keeps open to its servers', () => {
  it.each<[string, string, string[]]>([
    ['the default', 'defaults\n  mode http\nbackend heat_api\n  server a 192.0.2.1:8004', ['heat_api']],
    ['closed by the defaults', 'defaults\n  mode http\n  option http-server-close\nbackend heat_api', []],
    ['closed by the back end', 'defaults\n  mode http\nbackend heat_api\n  option httpclose', []],
    ['tcp, where nobody reads requests', 'defaults\n  mode tcp\nbackend heat_api', []],
    ['http only in the back end', 'defaults\n  mode tcp\nbackend heat_api\n  mode http', ['heat_api']],
    ['a listen section', 'listen keystone\n  mode http\n  bind *:5000', ['keystone']],
    [
      'closed by the only front end',
      'defaults\n  mode http\nfrontend in\n  option http-server-close\n  default_backend heat_api\nbackend heat_api',
      [],
    ],
    [
      'one of two front ends keeps it',
      'defaults\n  mode http\nfrontend a\n  option http-server-close\n  default_backend heat_api\nfrontend b\n  use_backend heat_api if x\nbackend heat_api',
      ['heat_api'],
    ],
    [
      'other defaults further down',
      'defaults\n  mode http\n  option http-server-close\nbackend one\ndefaults\n  mode http\nbackend two',
      ['two'],
    ],
  ])('sees %s', (_what, config, expected) => {
    expect(keepAlive(config)).toEqual(expected);
  });
});
