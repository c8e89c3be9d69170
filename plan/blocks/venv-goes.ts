import type { VenvScope } from '../scope/rolling-scope';
import { emptyVhost } from './empty-vhost';
import { type Drawn, phase } from './phase';
import { names, takeOut } from './rotation';
import { codeBeside, codeBesideGoes } from './venv-code';
import { startVenvApis, startVenvEngine, stopVenvApis, stopVenvEngine } from './venv-units';

/** No API on its vhost, its work ends, its engine stops; nothing of it is left, and the old port counts again. */
export function venvGoes({ rolling }: { rolling: VenvScope }): Drawn {
  const { scope, lead, rest, vhosts } = rolling;
  const label = 'empty-side';
  return phase({
    scope,
    id: label,
    title: `Vhost ${vhosts.side}: its work ends, then the code beside the packages is removed`,
    batches: [
      ...emptyVhost({
        rolling,
        label,
        vhost: vhosts.side,
        moment: 'side',
        apis: stopVenvApis({ rolling, label, proved: true }),
        stop: stopVenvEngine({ rolling, label, proved: true }),
        gone: lead.engines,
      }),
      takeOut({ rolling, label, ready: rest.apis }),
      codeBesideGoes({ rolling, label }),
    ],
  });
}

/** Whatever of it is gone comes again, from the same wheels. */
export function undoVenvGoes({ rolling }: { rolling: VenvScope }): Drawn {
  const { scope, lead } = rolling;
  const label = 'back-empty-side';
  return phase({
    scope,
    id: label,
    title: `Rollback: the code beside the packages of ${names(lead)} runs again`,
    batches: [
      codeBeside({ rolling, label }),
      ...startVenvEngine({ rolling, label }),
      ...startVenvApis({ rolling, label }),
    ],
  });
}
