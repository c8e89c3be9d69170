import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import type { RollingScope } from '../scope/rolling-scope';
import { cutOver, seenUp } from './rotation';
import { startApis } from './units';

/** APIs that had stopped: started, proved, seen up by the load balancer, then in rotation alone. */
export function serveAgain(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch[] {
  const { rolling, label, hosts } = options;
  return [
    ...startApis({ rolling, label, hosts }),
    seenUp({ rolling, label, hosts }),
    cutOver({ rolling, label, ready: hosts }),
  ];
}
