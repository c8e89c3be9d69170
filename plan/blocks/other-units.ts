import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { restartOther, runsAsBefore } from '../commands/library-users';
import type { Scope } from '../scope/scope';
import { batch, type Drawn, phase } from './phase';

interface Where {
  readonly scope: Scope;
  readonly hosts: readonly HostName[];
  /** Begins the ids. */
  readonly label: string;
}

/**
 * Services outside the run that a person wants restarted, each on one host after the other, and proved before the next: a
 * service that cannot live with the new libraries is down on one host, and not everywhere.
 */
export function restartOthersOn({ scope, hosts, label }: Where): Batch[] {
  return scope.others
    .filter(({ restart }) => restart)
    .flatMap((other) =>
      other.on
        .filter(({ host }) => hosts.includes(host))
        .map(({ host, ports }) =>
          batch({
            hosts: [host],
            steps: [
              restartOther({ id: `${label}/restart-${other.unit}`, other }),
              runsAsBefore({ id: `${label}/runs-${other.unit}`, unit: other.unit, ports }),
            ],
          }),
        ),
    );
}

/** After Keystone serves again, which most of them call at their start; before users come back, while a rollback loses nothing. */
export function restartOthers({ scope }: { scope: Scope }): Drawn[] {
  const batches = restartOthersOn({ scope, hosts: scope.upgradedHosts, label: 'others' });
  if (batches.length === 0) return [];
  return [phase({ scope, id: 'others', title: 'Other services: restarted on the new libraries', batches })];
}

/** Where packages were put back, they run with those of the target until they are restarted; elsewhere nothing is done. */
export function undoRestartOthers({ scope, id = 'back-others' }: { scope: Scope; id?: string }): Drawn[] {
  const batches = restartOthersOn({ scope, hosts: scope.upgradedHosts, label: id });
  if (batches.length === 0) return [];
  return [phase({ scope, id, title: 'Rollback: other services on the recorded libraries', batches })];
}

/** Services outside the run that stay with what they have loaded, by a person's word. */
export function leftAlone({ scope, host }: { scope: Scope; host: HostName }): string[] {
  return scope.others
    .filter(({ restart, on }) => !restart && on.some((one) => one.host === host))
    .map(({ unit }) => unit);
}
