import { listed, type HostName } from '../../schema/names';
import { phase, type Drawn } from '../phases/phase';
import { leaveNew, recordedCode } from './back-from-new';
import { mapFor, type RollingScope, type Side } from './sides';
import { closeApis, cutOver, names, startApis, takeOut, whoServes } from './steps';
import { asConfigured } from './switch-apis';

/*
 * What undoes the phases in which APIs of the installed code have joined the new vhost (R-HEAT-19, C.8). Which of them
 * serve there differs from phase to phase; that the first host does is sure, and that one host is left whose engine still
 * runs on the old vhost, or runs there again.
 */

/**
 * Named by every such phase, and walked once, before the first of them is undone: requests leave the new vhost for the
 * old one. From then on nobody feeds the new one, and its engines can be emptied one after the other.
 */
export function turnBack({ rolling, last }: { rolling: RollingScope; last: Side }): Drawn {
  const { scope, first, side, vhosts } = rolling;
  const label = 'back-turn';
  return phase({
    scope,
    id: label,
    title: `Back: ${listed(last.apis)} on vhost ${vhosts.old} again, requests go there`,
    impact: `${whoServes(first.apis)} alone with the new code, then ${listed(last.apis)} alone with the installed one.`,
    batches: [
      takeOut({ rolling, label, ready: first.apis }),
      ...closeApis({ rolling, label, hosts: side.apis }),
      ...asConfigured({ rolling, label, hosts: last.apis }),
      ...startApis({ rolling, label, hosts: last.apis }),
      cutOver({ rolling, label, ready: last.apis }),
      ...closeApis({ rolling, label, hosts: first.apis }),
    ],
    serving: mapFor({ rolling, ready: last.apis }),
  });
}

/** A host that may have the new code leaves the new vhost, which nobody feeds any more; `done` are still there. */
export function undoSwitchedGroup(options: {
  rolling: RollingScope;
  group: Side & { readonly label: string };
  done: readonly Side[];
  last: Side;
}): Drawn {
  const { rolling, group, done, last } = options;
  const { scope, first, vhosts } = rolling;
  const label = `back-${group.label}`;
  return phase({
    scope,
    id: label,
    title: `Back: ${names(group)} leaves vhost ${vhosts.next}, to the recorded code`,
    impact: `${whoServes(last.apis)} alone with the installed code.`,
    batches: [
      ...leaveNew({ rolling, label, groups: [group], stay: [first, ...done] }),
      ...recordedCode({ rolling, group }),
      ...asConfigured({ rolling, label, hosts: group.apis }),
    ],
    serving: mapFor({ rolling, ready: last.apis }),
  });
}

/** The other APIs of the installed code, whose engines run on the old vhost again. */
export function undoSwitchApis({ rolling, last }: { rolling: RollingScope; last: Side }): Drawn[] {
  const { scope, side, vhosts } = rolling;
  const hosts: readonly HostName[] = side.apis.filter((host) => !last.apis.includes(host));
  const label = 'back-switch-apis';
  if (hosts.length === 0) return [];
  return [
    phase({
      scope,
      id: label,
      title: `Back: ${listed(hosts)} on vhost ${vhosts.old} again`,
      impact: `${whoServes(last.apis)} with the installed code; ${listed(hosts)} ${hosts.length === 1 ? 'joins' : 'join'}.`,
      batches: [
        ...asConfigured({ rolling, label, hosts }),
        ...startApis({ rolling, label, hosts }),
        cutOver({ rolling, label, ready: side.apis }),
      ],
      serving: mapFor({ rolling, ready: side.apis }),
    }),
  ];
}
