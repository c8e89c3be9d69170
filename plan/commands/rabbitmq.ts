import { ownVhostDescription } from '../../catalog/platform/rabbitmq';
import type { HostName } from '../../schema/names';
import type { Change, Probe } from '../../schema/plan';
import { raw, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import type { ConsumersOfQueue } from '../scope/queue-consumers';
import { programPath } from './programs';

/**
 * `$POINT`, the run whose restore point it is, makes it this run's own: a vhost that an earlier run left is another one's, and is not
 * taken over. A later rollback of this run finds it by the same words.
 */
const description = raw(`"${ownVhostDescription} $POINT"`);

function brokerVhost(words: ShellText): ShellText {
  return sh`python3 ${programPath('broker-vhost')} ${words}`;
}

/** A vhost with the permissions, policies and limits of another one (C.1, R-HEAT-14). */
export function makeVhost(options: { id: string; vhost: string; like: string }): Change {
  const { id, vhost, like } = options;
  return change({
    id,
    title: `make vhost ${vhost} with the permissions, policies and limits of ${like}`,
    check: brokerVhost(sh`is ${vhost} ${like} ${description}`),
    run: brokerVhost(sh`make ${vhost} ${like} ${description}`),
    effects: [{ kind: 'thing', thing: `vhost ${vhost}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: ['R-HEAT-14', 'trap 28'],
  });
}

/** Takes a vhost of this run away once nobody is connected to it and no message lies in it (C.7). */
export function removeVhost(options: { id: string; vhost: string }): Change {
  const { id, vhost } = options;
  return change({
    id,
    title: `remove vhost ${vhost}, which nobody uses any more`,
    check: vhostGone(vhost),
    run: brokerVhost(sh`remove ${vhost} ${description}`),
    effects: [{ kind: 'thing', thing: `vhost ${vhost}`, exists: false }],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: ['R-HEAT-28', 'C.7'],
  });
}

/**
 * Exactly these hosts' engines consume on the vhost. Says at once that a new engine works, that an API may follow
 * (R-HEAT-20), and that no engine of another release is on the same vhost (R-HEAT-17).
 */
export function enginesOn(options: {
  id: string;
  vhost: string;
  topic: string;
  hosts: readonly HostName[];
  /** The same hosts as their engines' queues name them. */
  names: readonly string[];
}): Probe {
  const { id, vhost, topic, hosts, names } = options;
  return probe({
    id,
    title:
      names.length === 0
        ? `no engine is on vhost ${vhost}`
        : `engines of ${names.join(', ')} alone are on vhost ${vhost}`,
    script: brokerVhost(sh`engines ${vhost} ${topic} ${names}`),
    retryForSeconds: 180,
    everySeconds: 3,
    proves: [{ kind: 'engines', vhost, hosts }],
    remedy:
      'read the journal of the engines that are missing; stop one that should not be there, before anything else.',
    requirements: ['R-HEAT-17', 'R-HEAT-20'],
  });
}

/** `2 consumers`, as awk writes what `count` has. */
const inWords = (count: string): ShellText => raw(`${count} (${count} == 1 ? " consumer" : " consumers")`);

/**
 * Nobody consumes what is meant for engines, in a run that stops them all. Without a program of ours: a broker need not have Python for
 * a cold upgrade.
 */
export function noEngineOn(options: { id: string; vhost: string; topic: string; retryForSeconds?: number }): Probe {
  const { id, vhost, topic, retryForSeconds = 180 } = options;
  return probe({
    id,
    title: `no engine is on vhost ${vhost}`,
    script: sh`
      rabbitmqctl -q list_queues -p ${vhost} name consumers --no-table-headers < /dev/null > "$SCRATCH/queues"
      awk -F '\\t' -v topic=${topic} '($1 == topic || index($1, topic ".") == 1) && $2 > 0 { print $1 " has " ${inWords('$2')}; left++ } END { exit left > 0 }' "$SCRATCH/queues"
      echo 'nobody consumes'
    `,
    retryForSeconds,
    everySeconds: 2,
    proves: [{ kind: 'engines', vhost, hosts: [] }],
    remedy:
      'the queue names the host of the engine: stop it there. It runs on a host that the cloud file does not name, or somebody started it.',
    requirements: ['R-OPS-61', 'R-HEAT-4'],
  });
}

/**
 * Nobody takes from the queues of a service's agents, in any vhost, once a run has stopped them all: an agent on a host that the cloud file
 * does not name would go on with the old code beside the new (R-CEIL-8, R-CEIL-11). `others`: consumers that are no agents and were there
 * before; people accepted them by name (R-CEIL-28), and are not asked again while APIs are closed.
 */
export function noAgentOn(options: {
  id: string;
  title: string;
  queues: string;
  others: readonly ConsumersOfQueue[];
  retryForSeconds?: number;
}): Probe {
  const { id, title, queues, others, retryForSeconds = 180 } = options;
  const known = others.map(({ vhost, queue, consumers }) => `${String(consumers)}\t${queue}\t${vhost}`);
  return probe({
    id,
    title: `no agent of ${title} takes messages`,
    script: sh`
      rabbitmqctl -q list_vhosts name --no-table-headers < /dev/null > "$SCRATCH/vhosts"
      while IFS= read -r vhost; do
        rabbitmqctl -q list_queues -p "$vhost" name consumers --no-table-headers < /dev/null > "$SCRATCH/of-vhost"
        VHOST="$vhost" awk '{ print $0 "\\t" ENVIRON["VHOST"] }' "$SCRATCH/of-vhost"
      done < "$SCRATCH/vhosts" > "$SCRATCH/queues"
      ${known.length === 0 ? sh`: > "$SCRATCH/others"` : sh`printf '%s\\n' ${known} > "$SCRATCH/others"`}
      QUEUES=${queues} awk -F '\\t' '
        FILENAME ~ /others$/ { others[$2, $3] = $1; next }
        $1 ~ ENVIRON["QUEUES"] && $2 > others[$1, $3] + 0 {
          more = $2 - others[$1, $3]
          who = ${inWords('more')} (others[$1, $3] > 0 ? " more than the " others[$1, $3] " that are no agents" : "")
          alike = $3 SUBSEP who
          if (!(alike in names)) order[++left] = alike
          names[alike] = names[alike] (many[alike]++ ? ", " : "") $1 }
        END {
          for (at = 1; at <= left; at++) {
            split(order[at], part, SUBSEP)
            one = many[order[at]] == 1
            printf "%s%s of vhost %s %s %s%s", (at > 1 ? "; " : ""), names[order[at]], part[1], (one ? "has" : "have"), part[2], (one ? "" : " each") }
          if (left == 0) printf "no agent takes messages"
          print ""; exit left > 0 }
      ' "$SCRATCH/others" "$SCRATCH/queues"
    `,
    retryForSeconds,
    everySeconds: 2,
    remedy:
      'find who it is: rabbitmqctl list_consumers and list_connections of that vhost. Stop an agent that runs on a host which the cloud file does not name, or that somebody started. ' +
      'Override where another program takes these messages: it then takes them from the new agents as well.',
    requirements: ['R-CEIL-8', 'R-CEIL-11', 'R-CEIL-28'],
  });
}

/**
 * The engines of these hosts take no more work, while others do: nothing consumes from their own queues, and the queues that all engines
 * share (`engine_worker`, whose other queues name no host) have no consumer that is not one of the others'. `names`: of the hosts, as their
 * engines' queues have them.
 */
export function engineLeft(options: {
  id: string;
  vhost: string;
  topic: string;
  queues: string;
  names: readonly string[];
}): Probe {
  const { id, vhost, topic, queues, names } = options;
  return probe({
    id,
    title: `engines of ${names.join(', ')} take no more work from vhost ${vhost}`,
    // An engine stops to consume a moment after its order to stop, and users wait for it: looked at again at once, five times.
    script: sh`
      left() {
        rabbitmqctl -q list_queues -p ${vhost} name consumers --no-table-headers < /dev/null > "$SCRATCH/queues" || return 2
        QUEUES=${queues} TOPIC=${topic} LEAVING=${names.join(' ')} awk -F '\\t' '
          BEGIN { topic = ENVIRON["TOPIC"] "."; count = split(ENVIRON["LEAVING"], names, " "); for (i = 1; i <= count; i++) leaving[topic names[i]] }
          $1 in leaving { if ($2 > 0) { print $1 " has " ${inWords('$2')}; left++ } next }
          index($1, topic) == 1 { stay += $2 }
          $1 ~ ENVIRON["QUEUES"] && $1 !~ /\\.|_fanout/ { shared[$1] = $2 }
          END { for (queue in shared) if (shared[queue] != stay + 0) { print queue " has " ${inWords('shared[queue]')} "; the engines that stay are " stay + 0; left++ } exit left > 0 }
        ' "$SCRATCH/queues"
      }
      for turn in 1 2 3 4 5; do code=0; said=$(left) || code=$?; test $code -eq 1 || break; done
      case $code in 0) echo 'they consume nothing' ;; 1) echo "$said"; exit 1 ;; *) echo 'the queues could not be read'; exit 1 ;; esac
    `,
    retryForSeconds: 120,
    everySeconds: 1,
    remedy:
      'see why the engine still runs there, and stop it; its service is closed meanwhile. Engines that stay must each consume from every shared queue.',
    requirements: ['R-HEAT-29', 'trap 1'],
  });
}

/**
 * No message for an engine waits or is in an engine's hands, asked of the queues themselves: the numbers of the management plugin are
 * five seconds old. Without a program of ours: a broker need not have Python for a cold upgrade.
 */
export function noMessageWaits(options: { id: string; vhost: string; queues: string; retryForSeconds: number }): Probe {
  const { id, vhost, queues, retryForSeconds } = options;
  return probe({
    id,
    title: `no message for an engine waits on vhost ${vhost}`,
    script: sh`
      rabbitmqctl -q list_queues -p ${vhost} name messages_ready messages_unacknowledged --no-table-headers < /dev/null > "$SCRATCH/queues"
      QUEUES=${queues} awk -F '\\t' '$1 ~ ENVIRON["QUEUES"] && $2 + $3 > 0 { print $1 " has " $2 " ready, " $3 " unacknowledged"; left++ } END { exit left > 0 }' "$SCRATCH/queues"
      echo 'no messages'
    `,
    retryForSeconds,
    everySeconds: 2,
    remedy: 'see that the engines of the vhost run, and wait: with the last of them an unread message is lost.',
    requirements: ['R-HEAT-24', 'trap 1'],
  });
}

/** No message waits or is in progress in these queues, seen twice ten seconds apart while the engines run (C.4, fact 1). */
export function queuesEmpty(options: { id: string; vhost: string; queues: string; retryForSeconds: number }): Probe {
  const { id, vhost, queues, retryForSeconds } = options;
  const look = brokerVhost(sh`empty ${vhost} ${queues}`);
  return probe({
    id,
    title: `no message for an engine waits on vhost ${vhost}`,
    script: sh`
      ${look}
      sleep 10
      ${look}
    `,
    retryForSeconds,
    everySeconds: 5,
    remedy: 'see that the engines of the vhost run, and wait: with the last of them an unread message is lost.',
    requirements: ['R-HEAT-23', 'R-HEAT-25', 'R-HEAT-29', 'trap 1'],
  });
}

/** A vhost that a service has left: only this user may be on it, and only these queues may be left there. */
interface LeftVhost {
  readonly vhost: string;
  readonly queues: string;
  readonly user: string;
}

const looked = ({ vhost, queues, user }: LeftVhost): ShellText => sh`${vhost} ${`(${queues})|^reply_`} ${user}`;

/** Nobody is connected, no queue has a consumer or a message, and nothing there is anybody else's (C.7). */
export function vhostUnused(left: LeftVhost): Probe {
  return probe({
    id: 'old-vhost/unused',
    title: `nobody uses vhost ${left.vhost} any more, and nobody else may`,
    script: brokerVhost(sh`unused ${looked(left)}`),
    remedy: 'end what is connected, or leave the phase out and remove the vhost another day.',
    requirements: ['R-HEAT-28', 'C.7'],
  });
}

/** Looks at all of it once more, then deletes. What is deleted is gone: hence a gate before, and never "/". */
export function dropVhost(left: LeftVhost): Change {
  return change({
    id: 'old-vhost/drop',
    title: `remove vhost ${left.vhost}`,
    check: vhostGone(left.vhost),
    run: brokerVhost(sh`drop ${looked(left)}`),
    effects: [{ kind: 'thing', thing: `vhost ${left.vhost}`, exists: false }],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: ['R-HEAT-28', 'C.7'],
  });
}

/** One that is still there stays as it is: it is older than this run. */
export function vhostAgain(options: { id: string; vhost: string; like: string }): Change {
  const { id, vhost, like } = options;
  return change({
    id,
    title: `make vhost ${vhost} again where it is gone, with the permissions, policies and limits of ${like}`,
    check: sh`
      rabbitmqctl -q list_vhosts name --no-table-headers > "$SCRATCH/vhosts"
      grep -qxF -e ${vhost} "$SCRATCH/vhosts"
    `,
    run: brokerVhost(sh`make ${vhost} ${like} ${description}`),
    effects: [{ kind: 'thing', thing: `vhost ${vhost}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: ['R-HEAT-14', 'C.8'],
  });
}

function vhostGone(vhost: string): ShellText {
  return sh`
    rabbitmqctl -q list_vhosts name --no-table-headers > "$SCRATCH/vhosts"
    ! grep -qxF -e ${vhost} "$SCRATCH/vhosts"
  `;
}
