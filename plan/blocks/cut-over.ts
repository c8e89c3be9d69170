import { type HostName, listed } from '../../schema/names';
import type { RollingScope } from '../scope/sides';
import { switched } from './empty-vhost';
import { type Drawn, phase } from './phase';
import { cutOver, names, whoServes } from './rotation';

/** The new code serves. Asked before, because from here on going back is the way in reverse. */
export function cutOverToNew(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, first, side } = rolling;
  const title = `Requests go to ${listed(first.apis)} alone, which runs the new code`;
  return phase({
    scope,
    id: 'cut-over',
    title,
    gate: {
      question:
        `The new code on ${names(first)} is proved and gets no requests yet; ${whoServes(side.apis)} with the ` +
        'installed code. Until now going back needs no more than packages and configuration; afterwards it is the way ' +
        'in reverse. Let the new code serve?',
      automatic: scope.openAutomatically,
    },
    batches: [
      cutOver({ rolling, label: 'cut-over', ready: first.apis }),
      switched({ rolling, moment: rolling.sideOn }),
    ],
  });
}

/** The APIs that served before still run: the switch the other way. */
export function undoCutOver(options: {
  rolling: RollingScope;
  /** Of the phase that is undone. */
  id: string;
  to: readonly HostName[];
  code: string;
}): Drawn {
  const { rolling, id, to, code } = options;
  const { scope } = rolling;
  const label = `back-${id}`;
  return phase({
    scope,
    id: label,
    title: `Back: requests go to ${listed(to)}, which ${to.length === 1 ? 'runs' : 'run'} ${code}`,
    batches: [cutOver({ rolling, label, ready: to })],
  });
}
