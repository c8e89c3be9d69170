import { listed, type HostName } from '../../schema/names';
import { configureVenv, makeVenv, removeVenv, type Venv } from '../commands/venv';
import { batch, phase, type Drawn } from '../phases/phase';
import { ends, strandedNone, switched } from './leave';
import { mapFor, type RollingScope } from './sides';
import { cutOver, names, startApis, takeOut, whoServes } from './steps';
import { startVenvApis, startVenvEngine, stopVenvApis, stopVenvEngine, venvPrograms } from './venv-units';

/*
 * What undoes the phases in which new code lies and runs beside the packages (C.8). The packages of
 * the same host stay as they were until everything else has the new code, so going back never needs them first.
 */

interface Undo {
  readonly rolling: RollingScope;
  readonly venv: Venv;
  readonly allApis: readonly HostName[];
}

export function undoVenvCode({ rolling, venv, allApis }: Undo): Drawn {
  const { scope, side } = rolling;
  const label = 'back-venv';
  return phase({
    scope,
    id: label,
    title: `Back: ${venv.directory} goes from ${names(side)}`,
    impact: 'None: every API serves with the installed code.',
    batches: [batch({ hosts: side.hosts, steps: [removeVenv({ label, venv, programs: venvPrograms(rolling) })] })],
    serving: mapFor({ rolling, ready: allApis }),
  });
}

/** Its vhost runs dry, its units stop; the packaged APIs of the same host are reached at their own ports again. */
export function undoVenvStart({ rolling, venv, allApis }: Undo): Drawn {
  const { scope, first, side, vhosts } = rolling;
  const label = 'back-venv-start';
  return phase({
    scope,
    id: label,
    title: `Back: vhost ${vhosts.side} runs dry, ${names(side)} serves with its packages`,
    impact: `${whoServes(first.apis)} with the installed code, then ${listed(side.apis)} as well.`,
    batches: [
      takeOut({ rolling, label, ready: first.apis }),
      ...stopVenvApis({ rolling, venv, label, proved: false }),
      switched({ rolling, moment: 'back-side', label }),
      ...ends({ rolling, moment: 'back-side', label }),
      ...stopVenvEngine({ rolling, venv, label, proved: false }),
      strandedNone({ rolling, moment: 'back-side', label }),
      ...startApis({ rolling, label, hosts: side.apis }),
      cutOver({ rolling, label, ready: allApis }),
    ],
    serving: mapFor({ rolling, ready: allApis }),
  });
}

/** Whatever of it is gone comes again, from the same wheels. */
export function undoVenvGoes(options: Omit<Undo, 'allApis'> & { beside: RollingScope }): Drawn {
  const { rolling, beside, venv } = options;
  const { scope, scoped, first, side, vhosts } = rolling;
  const label = 'back-empty-side';
  const apis = scoped.apis.map(({ api }) => api);
  return phase({
    scope,
    id: label,
    title: `Back: the code beside the packages of ${names(side)} runs again`,
    impact: `${whoServes(first.apis)} with the new code.`,
    batches: [
      batch({
        hosts: side.hosts,
        steps: [makeVenv({ label, venv }), configureVenv({ label, venv, apis, vhost: vhosts.side })],
      }),
      ...startVenvEngine({ rolling, beside, venv, label }),
      ...startVenvApis({ rolling, beside, venv, label }),
    ],
    serving: mapFor({ rolling: beside, ready: first.apis }),
  });
}
