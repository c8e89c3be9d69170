import type { Listener } from '../../catalog/platform/haproxy';
import type { RuleId } from '../../catalog/rules';
import type { Api } from '../../catalog/service';
import type { Address, BoundUnit, Effect } from '../../schema/effect';
import type { Change, Probe } from '../../schema/plan';
import { lines, raw, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import { isAnswer } from './answer';

/**
 * One server behind a load balancer and whether it may get requests. `drain` gets no new ones and is still looked
 * after: HAProxy knows whether it is up, so that it can be put into rotation without a gap. `maint` is not.
 */
export interface Serving {
  readonly backend: string;
  readonly server: string;
  readonly state: 'ready' | 'maint' | 'drain';
  /** The process behind it. Null: the server is on no host of the cloud file. */
  readonly reaches: BoundUnit | null;
  /** Where the server is to be reached; absent: where the load balancer has it. */
  readonly at?: Address;
}

/** What is different once every server of the map is in its state. */
export function rotations(map: readonly Serving[]): Effect[] {
  return map.map(({ backend, server, state, reaches, at }) => ({
    kind: 'rotation',
    server: `${backend}/${server}`,
    state,
    reaches,
    ...(at === undefined ? {} : { at }),
  }));
}

/** Drained servers finish their requests while others serve; closed ones keep users out until the new code is proved. */
export function rotationRules(map: readonly Serving[]): readonly RuleId[] {
  return map.some(({ state }) => state === 'drain') ? ['R-HEAT-9'] : ['R-OPS-56'];
}

/**
 * Puts every named server into its state and reads it back. HAProxy keeps this only in memory: a reload forgets it,
 * and the check of the next phase sees that (R-HEAT-9).
 */
export function serve(options: { id: string; title: string; socket: string; map: readonly Serving[] }): Change {
  const { socket, map } = options;
  return change({
    id: options.id,
    title: options.title,
    check: lines(stateFile(socket), ...map.map(isSo)),
    run: lines(
      ...map.flatMap(({ backend, server, at }) =>
        // HAProxy answers to this in any case; what came of it, the check reads.
        at === undefined
          ? []
          : [
              sh`echo ${`set server ${backend}/${server} addr ${at.address} port ${String(at.port)}`} | socat stdio ${socket}`,
            ],
      ),
      ...map.map(
        ({ backend, server, state }) =>
          sh`echo ${`set server ${backend}/${server} state ${state}`} | socat stdio ${socket} | grep . && exit 1`,
      ),
      sh`true`,
    ),
    effects: rotations(map),
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: [...rotationRules(map), 'trap 48'],
  });
}

/** Nobody else moved servers, and HAProxy was not reloaded: it keeps their states in memory only (R-HEAT-9). */
export function servesAs(options: { id: string; socket: string; map: readonly Serving[] }): Probe {
  const { socket, map } = options;
  return probe({
    id: options.id,
    title: 'the load balancer serves as the last phase left it',
    script: lines(
      stateFile(socket),
      ...map.map((one) =>
        lines(
          sh`{`,
          isSo(one),
          sh`} || { echo ${`${one.backend}/${one.server} is not ${one.state} any more`}; exit 1; }`,
        ),
      ),
      sh`echo ${`${String(map.length)} servers as left`}`,
    ),
    remedy:
      'find out who moved servers or reloaded HAProxy, put them as the runbook has them after the phase before, then retry.',
    requirements: rotationRules(map),
  });
}

/** No request is under way any more at the servers that were closed. */
export function drained(options: { id: string; socket: string; map: readonly Serving[] }): Probe {
  const servers = options.map.map(({ backend, server }) => `${backend}/${server}`);
  return probe({
    id: options.id,
    title: 'no request is under way at the closed servers',
    script: sh`
      echo 'show stat' | socat stdio ${options.socket} > "$SCRATCH/stat"
      open=0
      for server in ${servers}; do
        sessions=$(awk -F, -v s="$server" '$1 "/" $2 == s { print $5 }' "$SCRATCH/stat")
        open=$((open + \${sessions:-0}))
      done
      echo "$open requests under way"; test $open -eq 0
    `,
    retryForSeconds: 120,
    remedy: 'wait for long requests to end; markDone cuts them off when the server stops.',
    requirements: rotationRules(options.map),
  });
}

/** HAProxy's own health checks call the servers up: only then may people be told. */
export function serversUp(options: { id: string; socket: string; map: readonly Serving[] }): Probe {
  return probe({
    id: options.id,
    title: 'the load balancer sees every opened server up',
    script: lines(
      stateFile(options.socket),
      ...options.map.map(
        ({ backend, server }) =>
          sh`awk -v b=${backend} -v s=${server} '$2 == b && $4 == s { found = 1; if ($6 != 2) { print b "/" s " is not up yet"; exit 1 } if ($8 == 0) { print b "/" s " has weight 0: it gets no new request"; exit 1 } } END { if (!found) { print b "/" s " is gone"; exit 1 } }' "$SCRATCH/servers"`,
      ),
      sh`echo ${`${String(options.map.length)} servers up`}`,
    ),
    retryForSeconds: 180,
    remedy:
      "read the server's journal and the health check of its back end; give a server without weight its weight back; " +
      'no server is taken out before this holds.',
    requirements: ['trap 48'],
  });
}

/** One request the way users come: through the load balancer. */
export function throughTheFront(options: { id: string; listener: Listener; api: Api }): Probe {
  const url = listenerUrl({ listener: options.listener, path: options.api.healthPath });
  return probe({
    id: options.id,
    title: `${options.listener.frontend} answers through the load balancer`,
    script: sh`
      code=$(curl -sk -o /dev/null -m 10 -w '%{http_code}' ${url} || true)
      echo ${url} "answers $code"; ${isAnswer(options.api)}
    `,
    retryForSeconds: 60,
    remedy: "compare with the API's own answer on each host: the front end, its back end or its certificate is wrong.",
    requirements: ['R-OPS-54', 'R-OPS-56'],
  });
}

export function listenerUrl(options: { listener: Listener; path: string }): string {
  const { address, port, tls } = options.listener;
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return `${tls ? 'https' : 'http'}://${host}:${String(port)}${options.path}`;
}

function stateFile(socket: string): ShellText {
  return sh`echo 'show servers state' | socat stdio ${socket} > "$SCRATCH/servers"`;
}

/** Bits 1, 2 and 32 (a name that does not resolve) of srv_admin_state are maintenance, 8 and 16 drain (management guide, 9.3). */
const inMaintenance = sh`($7 % 4 != 0 || int($7 / 32) % 2 != 0)`;
const adminState: Readonly<Record<Serving['state'], ShellText>> = {
  maint: inMaintenance,
  drain: sh`!${inMaintenance} && int($7 / 8) % 4 != 0`,
  ready: sh`!${inMaintenance} && int($7 / 8) % 4 == 0`,
};

/** Columns 5 and 19 of `show servers state`: address and port (HAProxy management guide, 9.3). */
function isSo({ backend, server, state, at }: Serving): ShellText {
  const wanted =
    at === undefined
      ? adminState[state]
      : sh`${adminState[state]} && $5 == ${raw(`"${at.address}"`)} && $19 == ${at.port}`;
  return sh`awk -v b=${backend} -v s=${server} '$2 == b && $4 == s && ${wanted} { ok = 1 } END { exit !ok }' "$SCRATCH/servers"`;
}
