import type { NewPipelines } from '../scope/pipelines';
import type { Scope } from '../scope/scope';
import { putBackInSilence } from './packages';
import { type Drawn, phase } from './phase';
import { pipelinesAsBefore } from './pipelines-first';
import { configurationFirst, ready, restoreDatabases } from './restore';
import { stopOnHosts } from './service-units';
import { undoStop } from './start-installed';
import { closeApis } from './stop';

/**
 * The rollback with restore of agents that were upgraded host by host and keep samples in a database of their own: all of them stop, on
 * every host, whatever release runs there; then configuration, databases and packages as they were recorded. What was measured since the
 * dump is lost with it.
 */
export function restoreAgents(options: {
  scope: Scope;
  pipelines: NewPipelines | null;
  dumpSeconds: number;
}): readonly Drawn[] {
  const { scope, pipelines, dumpSeconds } = options;
  const dumped = { scope, dumpSeconds, moment: 'prepare' } as const;
  return [
    stopEverywhere(dumped),
    configurationFirst(dumped),
    restoreDatabases(dumped),
    phase({
      scope,
      id: 'restore-packages',
      title: 'Rollback: recorded packages and configuration',
      batches: [
        ...putBackInSilence({ scope, label: 'restore' }),
        ...(pipelines === null ? [] : [pipelinesAsBefore({ scope, pipelines })]),
      ],
    }),
    ...undoStop({ scope, id: 'back-all' }),
  ];
}

function stopEverywhere(dumped: Parameters<typeof ready>[0]): Drawn {
  const { scope } = dumped;
  const closed = scope.services.map(({ service }) => service.name);
  return phase({
    scope,
    id: 'restore-close',
    title: 'Rollback: APIs closed, services locked',
    preconditions: ready(dumped),
    batches: scope.services.toReversed().flatMap((scoped) => {
      const label = `restore-${scoped.service.name}`;
      return [...closeApis({ scope, scoped, closed, label }), ...stopOnHosts({ scoped, label })];
    }),
  });
}
