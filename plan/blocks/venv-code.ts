import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { migrations } from '../commands/migrations';
import { nobodyHolds } from '../commands/schema-state';
import { configureVenv, makeVenv, removeVenv, type Venv, wheelsComplete } from '../commands/venv';
import type { RollingScope } from '../scope/sides';
import { batch, type Drawn, phase } from './phase';
import { names } from './rotation';
import { proofOn } from './units';
import { venvPrograms } from './venv-units';

export function wheels(options: { rolling: RollingScope; venv: Venv }): Batch[] {
  const { rolling, venv } = options;
  const apis = rolling.scoped.apis.map(({ api }) => api);
  return [batch({ hosts: rolling.side.hosts, steps: [wheelsComplete({ venv, apis })] })];
}

/** No package changes, nothing starts. The installed code is proved with the new schema (R-HEAT-13). */
export function venvCode(options: { rolling: RollingScope; venv: Venv; allApis: readonly HostName[] }): Drawn {
  const { rolling, venv, allApis } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const apis = scoped.apis.map(({ api }) => api);
  return phase({
    scope,
    id: 'venv',
    title: `New code in ${venv.directory} on ${names(side)}, and its schema`,
    batches: [
      batch({
        hosts: side.hosts,
        steps: [makeVenv({ label: 'venv', venv }), configureVenv({ label: 'venv', venv, apis, vhost: vhosts.side })],
      }),
      batch({ hosts: scope.databases, steps: [nobodyHolds({ schema: scoped.database.name })] }),
      batch({
        hosts: side.engines,
        steps: migrations({ service: scoped.service, scoped, others: 'serving', beside: venv }),
      }),
      batch({
        hosts: [scope.proofHost],
        steps: allApis.flatMap((host) => proofOn({ rolling, label: 'venv', host })),
      }),
    ],
  });
}

/*
 * What undoes the phases in which new code lies and runs beside the packages (C.8). The packages of
 * the same host stay as they were until everything else has the new code, so going back never needs them first.
 */

export interface Undo {
  readonly rolling: RollingScope;
  readonly venv: Venv;
  readonly allApis: readonly HostName[];
}

export function undoVenvCode({ rolling, venv }: Undo): Drawn {
  const { scope, side } = rolling;
  const label = 'back-venv';
  return phase({
    scope,
    id: label,
    title: `Back: ${venv.directory} goes from ${names(side)}`,
    batches: [batch({ hosts: side.hosts, steps: [removeVenv({ label, venv, programs: venvPrograms(rolling) })] })],
  });
}
