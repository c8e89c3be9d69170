import type { Batch } from '../../schema/plan';
import { agentsTurn, pollTogetherAgain, undoAgentsTurn } from '../blocks/agents-turn';
import { computesTurn, computeTurns, undoComputesTurn } from '../blocks/computes-turn';
import { samplesCounted } from '../blocks/counted-samples';
import { type Drawn, type DrawnRestore, inLanes, type Ordered, phase, restoreDrawn, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { lossPreview } from '../blocks/restore';
import { restoreAgents } from '../blocks/restore-agents';
import { recordConfigurationOn } from '../blocks/packages';
import { changedOnHosts, proveRecorded } from '../blocks/verify';
import { tidyUp } from '../blocks/tidy-up';
import { dumpSecondsOf, type UpgradeKind } from '../draw-up';
import { agentFindings } from '../findings/agents';
import { type AgentsOrder, agentsOrderOf } from '../scope/agents-order';
import { type NewPollsters, newPollstersOf } from '../scope/new-pollsters';
import { type NewPipelines, type Pipelines, pipelinesOf } from '../scope/pipelines';
import { type Scope, schemaNamesIn } from '../scope/scope';
import type { KindSubject } from '../scope/subject';

/**
 * A service of agents, host by host, while the agents of the other hosts work (R-CEIL-2, R-CEIL-16..24): only that its own storage comes
 * first is prescribed, and the guide advises an order of the rest, which a request may change with a reason (R-CEIL-23). What the new release adds there, the installed one does not look at, and a rollback leaves it; where it is a
 * database, a person may have it restored instead.
 */
export const rollingAgents: UpgradeKind = {
  kind: 'partial',
  findings: agentFindings,
  phases: ({ scope, facts, request }: KindSubject) => {
    const order = agentsOrderOf({ scope, request });
    const told = scope.services.map((scoped) => ({ facts, scoped, order }));
    const news = told.map(newPollstersOf).find((one) => one !== null) ?? null;
    const pipelines = told.map(pipelinesOf).find(areFirst) ?? null;
    const dumpSeconds = dumpSecondsOf(facts);
    const { always, resolved } = tidyUp({ scope });
    return {
      phases: inTurn({ scope, order, news, pipelines, dumpSeconds }),
      restore: restoreOf({ scope, pipelines, dumpSeconds }),
      // Each host is put back by itself: stop, packages, start. One whose turn never came is as it was, and its agents only start again.
      undoneLater: true,
      finally: { always, resolved: [...pollTogetherAgain({ scope, news }), ...resolved] },
    };
  },
};

function areFirst(pipelines: Pipelines): pipelines is NewPipelines {
  return pipelines.kind === 'first';
}

function inTurn(options: {
  scope: Scope;
  order: AgentsOrder;
  news: NewPollsters | null;
  pipelines: NewPipelines | null;
  dumpSeconds: number;
}): Ordered[] {
  const { scope, order, news, pipelines, dumpSeconds } = options;
  const restores = schemaNamesIn(scope).length > 0;
  return [
    undoneBy(prepare({ scope, dumpSeconds, restores }), proveRecorded({ scope })),
    ...order.hosts.map((host, index) => {
      const turn = { scope, host, order, news, pipelines, first: index === 0 };
      return undoneBy(agentsTurn(turn), undoAgentsTurn(turn));
    }),
    ...computeTurns(order.computes).map((hosts) =>
      undoneBy(computesTurn({ scope, hosts }), undoComputesTurn({ scope, hosts })),
    ),
    undoneBy(verifyAgents({ scope })),
  ];
}

/** A person may choose it from the migration on: with the schema all data return to the dump. Null: no database is migrated. */
function restoreOf(options: {
  scope: Scope;
  pipelines: NewPipelines | null;
  dumpSeconds: number;
}): DrawnRestore | null {
  const { scope } = options;
  const preview = lossPreview({ scope });
  if (preview === null) return null;
  return restoreDrawn({ schemas: schemaNamesIn(scope), phases: restoreAgents(options), preview });
}

/** No host is left with the installed release, and nothing runs with files that were replaced (R-CEIL-24). */
function verifyAgents({ scope }: { scope: Scope }): Drawn {
  const left: Batch[] = recordConfigurationOn({ scope });
  return phase({
    scope,
    id: 'verify',
    title: 'Verify: every host has the new release',
    batches: [
      ...inLanes({
        group: 'verify',
        lanes: [
          { lane: 'packages and processes', batches: changedOnHosts({ scope }) },
          { lane: 'configuration', batches: left },
        ],
      }),
      ...samplesCounted({ scope }),
    ],
  });
}
