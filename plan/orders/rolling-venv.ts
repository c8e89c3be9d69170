import { emptyOld, undoEmptyOld } from '../blocks/leave-vhost';
import { firstCode, sideCode, undoFirstCode, undoSideCode } from '../blocks/new-code';
import { firstStart, undoFirstStart, undoLast, upgradeSide } from '../blocks/new-vhost';
import { undoCutOver } from '../blocks/cut-over';
import { type Ordered, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { programsFor } from '../blocks/programs';
import { undoVenvCode, venvCode, wheels } from '../blocks/venv-code';
import { undoVenvGoes, venvGoes } from '../blocks/venv-goes';
import { packagesServe, undoVenvStart, venvServes, venvStart, withVenvPorts } from '../blocks/venv-serves';
import { proveInstalled, verifyAll } from '../blocks/verify';
import { makeVhosts, tidyVhosts, undoTidy, undoVhosts } from '../blocks/vhosts';
import type { Venv } from '../commands/venv';
import type { RollingScope } from '../scope/sides';

/**
 * The guide's order with its first step as printed: the new code in a virtual environment (R-HEAT-10). On the first
 * host it serves beside the installed code, on a vhost of its own, which is left again once all others have their
 * packages: so this engine, too, is empty when it stops (R-HEAT-29), and no engine of the old vhost stops in use.
 */
export function venvOrder(options: { rolling: RollingScope; venv: Venv; dumpSeconds: number }): readonly Ordered[] {
  const { rolling, venv, dumpSeconds } = options;
  const { scope, first, side } = rolling;
  const allApis = [...first.apis, ...side.apis];
  const all = { rolling, allApis };
  const beside = withVenvPorts(rolling);
  return [
    undoneBy(
      prepare({ scope, dumpSeconds, also: [...wheels({ rolling, venv }), ...programsFor({ rolling })] }),
      proveInstalled(all),
    ),
    undoneBy(makeVhosts({ rolling }), undoVhosts({ rolling })),
    undoneBy(venvCode({ rolling, venv, allApis }), undoVenvCode({ ...all, venv })),
    undoneBy(venvStart({ rolling, beside, venv }), undoVenvStart({ ...all, venv })),
    undoneBy(
      venvServes({ rolling: beside }),
      undoCutOver({ rolling: beside, id: 'cut-over', to: first.apis, code: 'the installed code' }),
    ),
    undoneBy(emptyOld({ rolling: beside, allApis }), undoEmptyOld({ rolling: beside, allApis })),
    undoneBy(firstCode({ rolling: beside }), undoFirstCode({ rolling: beside })),
    undoneBy(firstStart({ rolling: beside }), undoFirstStart({ rolling: beside })),
    undoneBy(
      packagesServe({ rolling: beside }),
      undoCutOver({ rolling: beside, id: 'to-packages', to: side.apis, code: `the new code in ${venv.directory}` }),
    ),
    undoneBy(venvGoes({ rolling, beside, venv }), undoVenvGoes({ rolling, beside, venv })),
    undoneBy(sideCode({ rolling }), undoSideCode({ rolling, ready: first.apis })),
    undoneBy(upgradeSide(all), undoLast({ rolling, ready: first.apis })),
    undoneBy(verifyAll(all)),
    undoneBy(tidyVhosts(all), undoTidy({ rolling })),
  ];
}
