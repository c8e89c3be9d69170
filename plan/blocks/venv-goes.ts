import { configureVenv, makeVenv, removeVenv, type Venv } from '../commands/venv';
import type { RollingScope } from '../scope/sides';
import { ends, strandedNone } from './empty-vhost';
import { batch, type Drawn, phase } from './phase';
import { names, takeOut } from './rotation';
import { engineGone } from './units';
import type { Undo } from './venv-code';
import { startVenvApis, startVenvEngine, stopVenvApis, stopVenvEngine, venvPrograms } from './venv-units';

/** No API on its vhost, its work ends, its engine stops; nothing of it is left, and the old port counts again. */
export function venvGoes(options: { rolling: RollingScope; beside: RollingScope; venv: Venv }): Drawn {
  const { rolling, venv } = options;
  const { scope, first, side, vhosts } = rolling;
  const label = 'empty-side';
  return phase({
    scope,
    id: label,
    title: `Vhost ${vhosts.side}: its work ends, then the code beside the packages goes`,
    batches: [
      ...stopVenvApis({ rolling, venv, label, proved: true }),
      ...ends({ rolling, moment: 'side', label }),
      ...stopVenvEngine({ rolling, venv, label, proved: true }),
      ...engineGone({ rolling, label, hosts: side.engines }),
      strandedNone({ rolling, moment: 'side', label }),
      takeOut({ rolling, label, ready: first.apis }),
      batch({ hosts: side.hosts, steps: [removeVenv({ label, venv, programs: venvPrograms(rolling) })] }),
    ],
  });
}

/** Whatever of it is gone comes again, from the same wheels. */
export function undoVenvGoes(options: Omit<Undo, 'allApis'> & { beside: RollingScope }): Drawn {
  const { rolling, beside, venv } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const label = 'back-empty-side';
  const apis = scoped.apis.map(({ api }) => api);
  return phase({
    scope,
    id: label,
    title: `Back: the code beside the packages of ${names(side)} runs again`,
    batches: [
      batch({
        hosts: side.hosts,
        steps: [makeVenv({ label, venv }), configureVenv({ label, venv, apis, vhost: vhosts.side })],
      }),
      ...startVenvEngine({ rolling, beside, venv, label }),
      ...startVenvApis({ rolling, beside, venv, label }),
    ],
  });
}
