import { undoCutOver } from '../blocks/cut-over';
import { emptyOld, undoEmptyOld } from '../blocks/leave-vhost';
import { newCodeOn, undoNewCodeOn } from '../blocks/new-code';
import { firstStart, undoFirstStart, undoLast, upgradeLast } from '../blocks/new-vhost';
import { type Ordered, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { programsFor } from '../blocks/programs';
import { undoVenvCode, venvCode, wheels } from '../blocks/venv-code';
import { undoVenvGoes, venvGoes } from '../blocks/venv-goes';
import { packagesServe, undoVenvStart, venvServes, venvStart } from '../blocks/venv-serves';
import { withVenvPorts } from '../blocks/venv-units';
import { proveInstalled, verifyAll } from '../blocks/verify';
import { makeVhosts, tidyVhosts, undoTidy, undoVhosts } from '../blocks/vhosts';
import type { VenvScope } from '../scope/rolling-scope';

/**
 * The guide's order with its first step as printed: the new code in a virtual environment (R-HEAT-10). On the lead
 * it serves beside the installed code, on a vhost of its own, which is left again once all others have their
 * packages: so this engine, too, is empty when it stops (R-HEAT-29), and no engine of the old vhost stops in use.
 */
export function venvOrder(options: { rolling: VenvScope; dumpSeconds: number }): Ordered[] {
  const { rolling, dumpSeconds } = options;
  const { scope, lead, rest, venv } = rolling;
  // From its start to its end the load balancer reaches the lead at the ports of the environment.
  const beside = withVenvPorts(rolling);
  const others = { rolling: beside, group: rest };
  const last = { rolling, group: lead };
  const also = [...wheels({ rolling }), ...programsFor({ rolling })];
  return [
    undoneBy(prepare({ scope, dumpSeconds, restores: true, also }), proveInstalled({ rolling })),
    undoneBy(makeVhosts({ rolling }), undoVhosts({ rolling })),
    undoneBy(venvCode({ rolling }), undoVenvCode({ rolling })),
    undoneBy(venvStart({ rolling }), undoVenvStart({ rolling })),
    undoneBy(
      venvServes({ rolling: beside }),
      undoCutOver({ rolling: beside, id: 'cut-over', to: rest.apis, code: 'the installed code' }),
    ),
    undoneBy(emptyOld({ rolling: beside }), undoEmptyOld({ rolling: beside })),
    undoneBy(newCodeOn({ ...others, id: 'first-code' }), undoNewCodeOn({ ...others, id: 'first-code' })),
    undoneBy(firstStart(others), undoFirstStart(others)),
    undoneBy(
      packagesServe({ rolling: beside }),
      undoCutOver({ rolling: beside, id: 'to-packages', to: lead.apis, code: `the new code in ${venv.directory}` }),
    ),
    undoneBy(venvGoes({ rolling }), undoVenvGoes({ rolling })),
    undoneBy(newCodeOn({ ...last, id: 'last-code' }), undoNewCodeOn({ ...last, id: 'last-code' })),
    undoneBy(upgradeLast({ ...last, others: rest }), undoLast({ ...last, others: rest })),
    undoneBy(verifyAll({ rolling })),
    undoneBy(tidyVhosts({ rolling }), undoTidy({ rolling })),
  ];
}
