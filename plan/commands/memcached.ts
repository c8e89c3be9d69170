import type { Change } from '../../schema/plan';
import { hereDocument, sh } from '../../shell/sh';
import { change } from '../change';

/**
 * Keystone 23 answers 500 to tokens that 22 left in the cache (fact 13): memcached of this host is emptied after the last
 * old process stopped. It may listen on any address: the socket list tells. One on another host is not reached from here.
 */
export const flushMemcached: Change = change({
  id: 'keystone/flush-memcached',
  title: 'empty memcached',
  check: null,
  run: sh`
    ss -ltnH 'sport = :11211' | awk '{ print $4 }' > "$RUN/memcached"
    python3 - "$RUN/memcached" ${hereDocument({
      content: `import socket, sys
for line in open(sys.argv[1]):
    host, _, port = line.strip().rpartition(':')
    host = {'*': '127.0.0.1', '0.0.0.0': '127.0.0.1', '[::]': '::1'}.get(host, host.strip('[]'))
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(b'flush_all\\r\\n')
        answer = connection.recv(64)
    if not answer.startswith(b'OK'):
        sys.exit('memcached on %s answered %r' % (host, answer))
    print('memcached on %s is empty' % host)
`,
    })}
  `,
  effects: [],
  onInterrupted: 'rerun',
  timeoutSeconds: 60,
  requirements: ['fact 13', 'trap 51'],
});
