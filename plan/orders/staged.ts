import { leadCode, leadLeaves, undoLeadCode, undoLeadLeaves } from '../blocks/lead';
import { openLead, reachedEarly } from '../blocks/open';
import { type Drawn, type Ordered, phase, restoredBy, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { putBackInSilence } from '../blocks/packages';
import { restCode, restJoins, verifyRest } from '../blocks/rest';
import { lossPreview, restore, restoreOpened } from '../blocks/restore';
import { loadFinalDumps } from '../blocks/restore-point';
import { migrate } from '../blocks/schema';
import { start } from '../blocks/start';
import { undoStop } from '../blocks/start-installed';
import { stop } from '../blocks/stop';
import { undoRestartOthers } from '../blocks/other-units';
import { prove, proveRecorded, verify } from '../blocks/verify';
import type { Staged } from '../scope/lead';
import { type Scope, schemaNamesIn } from '../scope/scope';

/**
 * A cold upgrade whose packages are outside its outage: the lead leaves and gets the new code while the rest serve with the installed
 * code; then everything closes for dump, schemas, start and proof of the lead; the lead opens, and the rest follow. The lead's new
 * code never runs before everything is closed: no two releases work on one schema or one vhost (R-HEAT-4, R-OPS-42).
 */
export function stagedOrder(options: { staged: Staged; dumpSeconds: number }): Ordered[] {
  const { staged, dumpSeconds } = options;
  const { scope, lead, rest } = staged;
  const schemas = schemaNamesIn(scope);
  const loses = reachedEarly(scope).length > 0 ? 'writes since opening' : 'nothing';
  const phases = restore({ scope, dumpSeconds });
  const preview = lossPreview({ scope });
  const opened = {
    schemas,
    loses: 'writes since opening',
    phases: restoreOpened({ scope, dumpSeconds }),
    preview,
  } as const;
  const rested = [...undoStop({ scope: rest }), ...undoRestartOthers({ scope: rest })];
  // With the new code on every host there is no half that could serve first: all of them return at once.
  const together = {
    ...opened,
    phases: [...opened.phases, ...allReturn({ scope })],
    instead: [...rested, undoLeadCode({ staged }), undoLeadLeaves({ staged })],
  } as const;
  return [
    undoneBy(prepare({ scope, dumpSeconds }), proveRecorded({ scope })),
    undoneBy(leadLeaves({ staged }), undoLeadLeaves({ staged })),
    undoneBy(leadCode({ staged }), undoLeadCode({ staged })),
    undoneBy(stop({ scope: rest, dumpSeconds, load: [] }), ...rested),
    restoredBy(migrate({ scope: lead, before: [], looks: [] }), { schemas, loses: 'nothing', phases, preview: null }),
    ...[start({ scope: lead }), verify({ scope: lead })].map((drawn) =>
      restoredBy(drawn, { schemas, loses, phases, preview }),
    ),
    restoredBy(openLead({ staged }), opened),
    // Before the rest lose the installed code.
    restoredBy(prove({ scope: lead, dumpSeconds, loads: loadFinalDumps({ scope, dumpSeconds }), last: [] }), opened),
    ...[restCode({ staged }), restJoins({ staged }), verifyRest({ staged })].map((drawn) =>
      restoredBy(drawn, together),
    ),
  ];
}

/** Every host to its packages, then to its services, as in the order in which every host is upgraded at once. */
function allReturn({ scope }: { scope: Scope }): readonly Drawn[] {
  const id = 'back-all';
  return [
    phase({
      scope,
      id: `${id}-code`,
      title: 'Rollback: recorded packages and configuration on every host',
      batches: putBackInSilence({ scope, label: id }),
    }),
    ...undoStop({ scope, id }),
    ...undoRestartOthers({ scope, id: `${id}-others` }),
  ];
}
