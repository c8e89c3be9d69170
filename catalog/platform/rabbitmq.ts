import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';

export interface BrokerFacts {
  readonly running: boolean;
  /** Alarms and partitions, in the broker's own words. Empty: healthy. */
  readonly troubles: readonly string[];
}

export const broker: Reader<BrokerFacts> = {
  script: sh`
    rabbitmqctl -q status >/dev/null 2>&1 && echo running
    rabbitmq-diagnostics -q check_local_alarms 2>&1 | sed 's/^/alarm: /' | grep -i 'alarm: .*alarm' | grep -iv 'no local alarms' || true
  `,
  parse: ({ stdout }) => {
    const all = linesOf(stdout);
    return { running: all.includes('running'), troubles: all.filter((line) => line.startsWith('alarm: ')) };
  },
};
