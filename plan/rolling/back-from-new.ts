import { listed, type HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { versionsBack } from '../commands/packages-back';
import { makeVhost } from '../commands/rabbitmq';
import { configureSideEngine, startSideEngine } from '../commands/side-engine';
import { closeUnit } from '../commands/systemd';
import { setVhost } from '../commands/transport';
import { putBackOn } from '../phases/packages-back';
import { batch, phase, type Drawn } from '../phases/phase';
import { frozen } from './freeze';
import { ends, strandedNone, switched } from './leave';
import { mapFor, type RollingScope, type Side } from './sides';
import {
  closeApis,
  cutOver,
  engines,
  engineUnit,
  names,
  proofOn,
  seenUp,
  startApis,
  takeOut,
  whoServes,
} from './steps';

/*
 * What undoes the phases in which the new code comes and serves (C.8): the schema
 * stays as it is, and what users wrote stays. Requests leave the new code first; its vhost runs dry; then it stops.
 */

/** The last look: every host as recorded, and the stack from before still works. */
export function proveInstalled({ rolling, allApis }: { rolling: RollingScope; allApis: readonly HostName[] }): Drawn {
  const { scope, scoped, vhosts } = rolling;
  const label = 'back-proof';
  return phase({
    scope,
    id: label,
    title: 'Back: proved, every host by itself',
    impact: 'None: every API serves with the installed code.',
    batches: [
      ...scope.packageSets.map(({ hosts, packages }) => batch({ hosts, steps: [versionsBack({ packages })] })),
      engines({
        rolling,
        id: `${label}/engines-consume`,
        vhost: vhosts.old,
        hosts: scoped.unitHosts[rolling.rolling.engineUnit] ?? [],
      }),
      batch({ hosts: [scope.proofHost], steps: allApis.flatMap((host) => proofOn({ rolling, label, host })) }),
    ],
    serving: mapFor({ rolling, ready: allApis }),
  });
}

/** Recorded packages and configuration, while the side serves. */
export function undoFirstCode({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, side } = rolling;
  return phase({
    scope,
    id: 'back-first-code',
    title: `Back: ${names(first)} to the recorded packages and configuration`,
    impact: `${whoServes(side.apis)} alone.`,
    batches: recordedCode({ rolling, group: first }),
    serving: mapFor({ rolling, ready: side.apis }),
  });
}

/** No request reaches the new code: what it had in work ends, then it stops. */
export function undoFirstStart({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, side, vhosts } = rolling;
  const label = 'back-first-start';
  return phase({
    scope,
    id: label,
    title: `Back: vhost ${vhosts.next} runs dry, ${names(first)} stops`,
    impact: `${whoServes(side.apis)} alone. Waits as long as a ${rolling.rolling.work.noun} that was in work takes.`,
    batches: leaveNew({ rolling, label, groups: [first] }),
    serving: mapFor({ rolling, ready: side.apis }),
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
    impact: `${whoServes(to)} alone from here on, with ${code}.`,
    batches: [cutOver({ rolling, label, ready: to })],
    serving: mapFor({ rolling, ready: to }),
  });
}

/** All hosts of the new vhost leave it together: its engines are empty only when no API feeds it. */
export function undoOthers({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, others, side, vhosts } = rolling;
  const label = 'back-others';
  return phase({
    scope,
    id: label,
    title: `Back: ${whoServes(side.apis)}, vhost ${vhosts.next} runs dry, ${names(others)} to the recorded code`,
    impact: `${whoServes(side.apis)} alone with the installed code.`,
    batches: [
      ...sideServes({ rolling, label }),
      ...leaveNew({ rolling, label, groups: [first, others] }),
      ...recordedCode({ rolling, group: others }),
    ],
    serving: mapFor({ rolling, ready: side.apis }),
  });
}

/** The side engine again; `alone`: no other phase brings its APIs back before requests go there. */
export function undoEmptySide(options: { rolling: RollingScope; ready: readonly HostName[]; alone: boolean }): Drawn {
  const { rolling, ready, alone } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const label = 'back-empty-side';
  const one = { label, service: scoped.service, rolling: rolling.rolling };
  return phase({
    scope,
    id: label,
    title: `Back: the side engine on ${names(side)} starts again`,
    impact: `${whoServes(ready)} with the new code${alone ? `, then ${listed(side.apis)} with the installed one` : ''}.`,
    batches: [
      batch({
        hosts: side.engines,
        steps: [
          configureSideEngine({ ...one, vhost: vhosts.side }),
          startSideEngine({ ...one, stopSeconds: engineUnit(rolling).stopSeconds }),
        ],
      }),
      engines({ rolling, id: `${label}/engine-consumes`, vhost: vhosts.side, hosts: side.engines }),
      ...(alone ? sideServes({ rolling, label }) : []),
    ],
    serving: mapFor({ rolling, ready: alone ? side.apis : ready }),
  });
}

/**
 * The side's own packages. What is left of its APIs talks on the side's vhost again, as before they were replaced; beside
 * code in an environment they never did.
 */
export function undoSideCode(options: { rolling: RollingScope; ready: readonly HostName[] }): Drawn {
  const { rolling, ready } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const label = 'back-last-code';
  return phase({
    scope,
    id: label,
    title: `Back: ${names(side)} to the recorded packages and configuration`,
    impact: `${whoServes(ready)} with the new code.`,
    batches: [
      ...recordedCode({ rolling, group: side }),
      batch({
        hosts: rolling.venv === null ? side.apis : [],
        steps: [setVhost({ id: `${label}/vhost`, configFile: scoped.service.configFile, vhost: vhosts.side })],
      }),
    ],
    serving: mapFor({ rolling, ready }),
  });
}

/**
 * The one engine that leaves a vhost on which others go on serving. It is empty only in a moment in which nothing at all
 * is in work (R-HEAT-29): the phase waits for one, and then a person decides.
 */
export function undoLast(options: { rolling: RollingScope; ready: readonly HostName[] }): Drawn {
  const { rolling, ready } = options;
  const { scope, side } = rolling;
  const label = 'back-last';
  const unit = engineUnit(rolling);
  return phase({
    scope,
    id: label,
    title: `Back: ${names(side)} stops in a moment in which nothing is in work`,
    impact: `${whoServes(ready)} with the new code.`,
    batches: [
      takeOut({ rolling, label, ready }),
      ...closeApis({ rolling, label, hosts: side.apis }),
      frozen({ rolling, id: `${label}/nothing-in-work` }),
      batch({
        hosts: side.engines,
        steps: [closeUnit({ id: `${label}/stop-${unit.name}`, unit: unit.name, gracefulStopSeconds: null })],
      }),
    ],
    serving: mapFor({ rolling, ready }),
  });
}

/** The side needs its vhost again. */
export function undoTidy({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, vhosts } = rolling;
  return phase({
    scope,
    id: 'back-tidy',
    title: `Back: vhost ${vhosts.side} again`,
    impact: 'None: every API serves with the new code.',
    batches: [
      batch({
        hosts: scope.brokers.slice(0, 1),
        steps: [makeVhost({ id: 'back-tidy/vhost-side', vhost: vhosts.side, like: vhosts.old })],
      }),
    ],
  });
}

/** APIs of the installed code on the side's vhost, proved, then in rotation alone. */
function sideServes(options: { rolling: RollingScope; label: string }): Batch[] {
  const { rolling, label } = options;
  const hosts = rolling.side.apis;
  return [
    ...startApis({ rolling, label, hosts }),
    seenUp({ rolling, label, hosts }),
    cutOver({ rolling, label, ready: hosts }),
  ];
}

/**
 * No API on the new vhost, its work ends, its engines stop: never one before it is empty (R-HEAT-29). That they stopped
 * gracefully is not asked for: this way also leads away from an engine that failed. What it stranded, the database says.
 */
export function leaveNew(options: {
  rolling: RollingScope;
  label: string;
  groups: readonly Side[];
  /** Whose engines are there still, because their turn comes next. */
  stay?: readonly Side[];
}): Batch[] {
  const { rolling, label, groups, stay = [] } = options;
  const unit = engineUnit(rolling);
  return [
    ...closeApis({ rolling, label, hosts: groups.flatMap(({ apis }) => apis) }),
    switched({ rolling, moment: 'back-next', label }),
    ...ends({ rolling, moment: 'back-next', label }),
    batch({
      hosts: groups.flatMap((group) => group.engines),
      steps: [closeUnit({ id: `${label}/stop-${unit.name}`, unit: unit.name, gracefulStopSeconds: null })],
    }),
    engines({
      rolling,
      id: stay.length === 0 ? `${label}/no-engine` : `${label}/engines-left`,
      vhost: rolling.vhosts.next,
      hosts: stay.flatMap((side) => side.engines),
    }),
    strandedNone({ rolling, moment: 'back-next', label }),
  ];
}

export function recordedCode(options: { rolling: RollingScope; group: Side }): Batch[] {
  const { scope } = options.rolling;
  return scope.packageSets.map((set) => putBackOn({ scope, set, hosts: options.group.hosts }));
}
