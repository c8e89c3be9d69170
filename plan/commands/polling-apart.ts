import type { Programs } from '../../programs';
import { counted } from '../../schema/names';
import type { Change, Probe } from '../../schema/plan';
import { hereDocument, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';

interface Step {
  readonly id: string;
  readonly programs: Programs;
}

const program = ({ programs }: Step, words: readonly string[]): ShellText =>
  sh`python3 - ${words} ${hereDocument({ content: programs['polling-apart'].text })}`;

const files = [
  '/etc/ceilometer/ceilometer-polling.conf.d/zz-openstack-upgrade.conf',
  '/etc/ceilometer/openstack-upgrade-polling.yaml',
];

/** The polling agents that start next on this host poll new pollsters alone, in a partitioning group of their own (R-CEIL-20). */
export function pollApart(options: Step & { readonly meters: readonly string[] }): Change {
  const { id, meters } = options;
  return change({
    id,
    title: `have ${counted({ count: meters.length, noun: 'new pollster' })} polled in a group of ${meters.length === 1 ? 'its' : 'their'} own`,
    check: program(options, ['written', ...meters]),
    run: program(options, ['write', ...meters]),
    effects: [{ kind: 'thing', thing: 'guard: polling group of its own', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-CEIL-20'],
  });
}

/** The running agent reads what was written: a directory on its command line would win, and nothing would say so. */
export function polledApart(options: Step & { readonly unit: string }): Probe {
  const { id, unit } = options;
  return probe({
    id,
    title: `${unit} polls the new pollsters alone`,
    script: program(options, ['in-force', unit]),
    remedy:
      `make ${unit} read ${files[0] ?? ''} (its command line or another file names a polling file or a group), restart it, then retry. ` +
      'Beside agents of the installed release it would leave a part of the resources to them that they do not poll.',
    requirements: ['R-CEIL-20'],
  });
}

/**
 * Everything again, in the group of all (R-CEIL-21). Agents that run meanwhile are restarted: where a person ends a run in its middle
 * they would else stay apart until somebody restarts them.
 */
export function pollTogether(options: Step & { readonly units: readonly string[] }): Change {
  const { id, units } = options;
  return change({
    id,
    title: 'have every pollster polled in one group',
    check: sh`for file in ${files}; do test ! -e "$file"; done`,
    run: sh`
      ${program(options, ['away'])}
      systemctl try-restart ${units}
    `,
    effects: [{ kind: 'thing', thing: 'guard: polling group of its own', exists: false }],
    onInterrupted: 'rerun',
    timeoutSeconds: 180,
    requirements: ['R-CEIL-21'],
  });
}
