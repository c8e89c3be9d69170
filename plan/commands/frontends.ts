import type { Change, Probe } from '../../schema/plan';
import { lines, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';

/** Front ends of HAProxy that accept connections, or do not. HAProxy keeps this only in memory, as the states of servers. */
export interface FrontStates {
  readonly socket: string;
  readonly open: readonly string[];
  readonly closed: readonly string[];
}

/**
 * `disable frontend` gives its port back, so that whoever connects is refused at once; `enable frontend` takes it again (HAProxy
 * management guide, 9.3). Connections that are open stay until they end.
 */
export function setFrontends(options: FrontStates & { readonly id: string; readonly title: string }): Change {
  const { id, title, socket, open, closed } = options;
  const said = (verb: 'enable' | 'disable', frontend: string): ShellText =>
    sh`echo ${`${verb} frontend ${frontend}`} | socat stdio ${socket} | grep . | grep -v 'already' && exit 1`;
  return change({
    id,
    title,
    check: lines(statistics(socket), ...states(options)),
    run: lines(
      ...open.map((frontend) => said('enable', frontend)),
      ...closed.map((frontend) => said('disable', frontend)),
      sh`true`,
    ),
    effects: [
      ...open.map((frontend) => ({ kind: 'frontend', frontend, open: true }) as const),
      ...closed.map((frontend) => ({ kind: 'frontend', frontend, open: false }) as const),
    ],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-OPS-56'],
  });
}

/** Nobody opened or closed them since, and HAProxy was not reloaded. */
export function frontendsAs(options: FrontStates & { readonly id: string }): Probe {
  const { id, socket, open, closed } = options;
  const all = [...open.map((one) => [one, 'open'] as const), ...closed.map((one) => [one, 'closed'] as const)];
  return probe({
    id,
    title: 'the front ends of the load balancer are as the last phase left them',
    script: lines(
      statistics(socket),
      ...states(options).map((state, index) =>
        lines(sh`{`, state, sh`} || { echo ${`front end ${(all[index] ?? []).join(' is not ')} any more`}; exit 1; }`),
      ),
      sh`echo ${`${String(all.length)} front ends as left`}`,
    ),
    remedy: 'find out who changed front ends or reloaded HAProxy, set them as the runbook has them, then retry.',
    requirements: ['R-OPS-56'],
  });
}

function statistics(socket: string): ShellText {
  return sh`echo 'show stat -1 1 -1' | socat stdio ${socket} > "$SCRATCH/fronts"`;
}

/** Column 18 of a FRONTEND line: OPEN, or what releases call the other: STOP (2.2), PAUSED (2.6; HAProxy management guide, 9.1). */
function states({ open, closed }: FrontStates): ShellText[] {
  const is = (frontend: string, accepts: 0 | 1): ShellText =>
    sh`awk -F, -v f=${frontend} -v accepts=${accepts} '$1 == f && $2 == "FRONTEND" && ($18 == "OPEN") == accepts { ok = 1 } END { exit !ok }' "$SCRATCH/fronts"`;
  return [...open.map((one) => is(one, 1)), ...closed.map((one) => is(one, 0))];
}
