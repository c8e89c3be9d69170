import type { RollingWork, Service } from '../../catalog/service';
import type { Change } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { change } from '../change';
import { programPath } from './programs';

/** With the administrator's credentials, which never leave the host nor the environment. */
export function carryOn(options: {
  id: string;
  service: Service;
  work: RollingWork;
  credentials: string;
  /** Stuck before the run: they stay as they are. */
  accepted: readonly string[];
}): Change {
  const { id, service, work, credentials, accepted } = options;
  return change({
    id,
    title: `resume the stuck ${work.noun}s by an update of each, in its own project`,
    check: null,
    run: sh`
      ( set -a; . ${credentials}; set +a
        python3 ${programPath(work.repairProgram)} ${service.configFile} ${work.all} ${accepted} )
    `,
    effects: [],
    // Those that took the update are in progress again, and are not taken twice.
    onInterrupted: 'rerun',
    timeoutSeconds: 600,
    requirements: ['R-HEAT-24', 'C.5'],
  });
}
