import type { Programs } from '../../programs';
import type { Change } from '../../schema/plan';
import { hereDocument, sh } from '../../shell/sh';
import { change } from '../change';

/**
 * Keystone 23 answers 500 to tokens that 22 left in the cache (fact 13): memcached of this host is emptied after the last
 * old process stopped. It may listen on any address: the socket list tells. One on another host is not reached from here.
 */
export function flushMemcached(options: { id: string; programs: Programs }): Change {
  const { text } = options.programs['flush-memcached'];
  return change({
    id: options.id,
    title: 'empty memcached',
    check: null,
    run: sh`
      ss -ltnH 'sport = :11211' | awk '{ print $4 }' > "$RUN/memcached"
      python3 - "$RUN/memcached" ${hereDocument({ content: text })}
    `,
    effects: [],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['fact 13', 'trap 51'],
  });
}
