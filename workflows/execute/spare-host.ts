import { foundationOf } from '../../schema/foundation';
import type { HostName } from '../../schema/names';
import type { Phase } from '../../schema/plan';

/**
 * Whether the rest of the way can be walked without this host. Not where it alone dumps, restores, migrates or proves silence: the
 * cloud would be left without its schema, and every later step would rest on nothing.
 */
export function canSpare(options: {
  /** From the current one to the end of the way. */
  ahead: readonly Phase[];
  host: HostName;
  leftOut: ReadonlySet<HostName>;
}): boolean {
  const { ahead, host, leftOut } = options;
  return ahead
    .flatMap(({ batches }) => batches)
    .filter(({ hosts }) => hosts.includes(host) && hosts.every((one) => one === host || leftOut.has(one)))
    .every(({ steps }) =>
      steps.every((step) => step.kind === 'confirm' || [null, 'code'].includes(foundationOf(step))),
    );
}
