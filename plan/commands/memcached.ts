import type { Programs } from '../../programs';
import type { Change } from '../../schema/plan';
import { hereDocument, sh } from '../../shell/sh';
import { change } from '../change';

/**
 * Keystone 23 answers 500 to tokens that 22 left in the cache (fact 13): memcached is emptied after the last old process
 * stopped, on this host (it may listen on any address: the socket list tells) and wherever the configuration has one.
 */
export function flushMemcached(options: { id: string; programs: Programs; configFile: string }): Change {
  const { text } = options.programs['flush-memcached'];
  return change({
    id: options.id,
    title: 'empty every memcached that Keystone uses',
    check: null,
    run: sh`
      ss -ltnH 'sport = :11211' | awk '{ print $4 }' > "$SCRATCH/memcached"
      python3 - "$SCRATCH/memcached" ${options.configFile} ${hereDocument({ content: text })}
    `,
    effects: [],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-OPS-72', 'fact 13', 'trap 51'],
  });
}
