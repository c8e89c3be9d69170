import { type HostName, listed } from '../../schema/names';
import type { HostGroup } from '../scope/host-group';
import type { GuideScope, RollingScope, SideEngineScope } from '../scope/rolling-scope';
import { switched } from './empty-vhost';
import { type Drawn, phase } from './phase';
import { cutOver, names, whoServes } from './rotation';

/** The new code serves, on the lead. Asked before, because from here on a rollback is the way in reverse. */
export function cutOverToNew(options: { rolling: SideEngineScope | GuideScope; from: HostGroup }): Drawn {
  const { rolling, from } = options;
  const { scope, lead } = rolling;
  return phase({
    scope,
    id: 'cut-over',
    title: `Requests go to ${listed(lead.apis)} alone, which runs the new code`,
    gate: {
      question:
        `The new code on ${names(lead)} is proved and gets no requests yet; ${whoServes(from.apis)} with the ` +
        'installed code. Until now a rollback only restores packages and configuration; from then on it undoes every phase ' +
        'in reverse order. Let the new code serve?',
      automatic: scope.openAutomatically,
    },
    batches: [
      cutOver({ rolling, label: 'cut-over', ready: lead.apis }),
      // The vhost that is left: the keeper's own one, or the old one.
      switched({ rolling, moment: rolling.order === 'sideEngine' ? 'side' : 'old' }),
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
    title: `Rollback: requests go to ${listed(to)}, which ${to.length === 1 ? 'runs' : 'run'} ${code}`,
    batches: [cutOver({ rolling, label, ready: to })],
  });
}
