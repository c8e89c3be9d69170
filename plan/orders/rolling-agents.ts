import type { Batch } from '../../schema/plan';
import { agentsTurn, pollTogetherAgain, undoAgentsTurn } from '../blocks/agents-turn';
import { samplesCounted } from '../blocks/counted-samples';
import { type Drawn, inLanes, type Ordered, phase, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { recordConfigurationOn } from '../blocks/packages';
import { changedOnHosts, proveRecorded } from '../blocks/verify';
import { tidyUp } from '../blocks/tidy-up';
import { dumpSecondsOf, type UpgradeKind } from '../draw-up';
import { agentFindings } from '../findings/agents';
import { type NewPollsters, newPollstersOf } from '../scope/new-pollsters';
import { hostNames, type Scope } from '../scope/scope';
import type { KindSubject } from '../scope/subject';

/**
 * A service of agents, host by host, while the agents of the other hosts work (R-CEIL-2, R-CEIL-16..24): only that its own storage comes
 * first is prescribed. Nothing is restored by a rollback: what the new release adds there, the installed one does not look at.
 */
export const rollingAgents: UpgradeKind = {
  kind: 'partial',
  findings: agentFindings,
  phases: ({ scope, facts }: KindSubject) => {
    const news = scope.services.map((scoped) => newPollstersOf({ facts, scoped })).find((one) => one !== null) ?? null;
    const { always, resolved } = tidyUp({ scope });
    return {
      phases: inTurn({ scope, news, dumpSeconds: dumpSecondsOf(facts) }),
      restore: null,
      finally: { always, resolved: [...pollTogetherAgain({ scope, news }), ...resolved] },
    };
  },
};

function inTurn(options: { scope: Scope; news: NewPollsters | null; dumpSeconds: number }): Ordered[] {
  const { scope, news, dumpSeconds } = options;
  return [
    undoneBy(prepare({ scope, dumpSeconds }), proveRecorded({ scope })),
    ...hostNames(scope).map((host, index) =>
      undoneBy(agentsTurn({ scope, host, news, first: index === 0 }), undoAgentsTurn({ scope, host, news })),
    ),
    undoneBy(verifyAgents({ scope })),
  ];
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
