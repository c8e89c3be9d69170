import { addressOf, worksAt } from '../../lab';
import { layWheels } from '../../lab/packages/wheelhouse';
import { answer, subjectOf } from './answer';
import { createStack } from './cloud-stack';
import { moveRequests, seenUp } from './person-at-balancer';
import { sideEngine, type RollOrder } from './roll-order';
import { lossesOf, rollId } from './rolling-proof';
import { onHost, sleep, untilStatus } from './upgrade-rig';

const frozen = 'freeze/nothing-in-progress';

/**
 * As Heat's guide prints it. Nothing may be in progress when the first engine stops, and people work without a pause: the
 * wait ends at a gate. There a person asks them to pause, and says `retry`.
 */
export const guide: RollOrder = {
  ...sideEngine,
  name: 'guide',
  rolling: { order: 'guide' },
  // Longer than the longest work takes that is in hand when a vhost is left: that wait has the same limit.
  change: { policy: { workEndsSeconds: 200 } },
  atGate: async ({ client, gate, load }) => {
    if (gate.about.kind !== 'failure' || gate.about.stepId !== frozen) return false;
    await load.people.pause();
    await answer({ client, gate, choice: 'retry' });
    await untilStatus({
      client,
      id: rollId,
      holds: ({ phases, gates }) =>
        phases.some(({ id, state }) => id === 'first-stop' && state === 'complete') ||
        gates.some(({ code }) => code !== gate.code),
      forSeconds: 600,
    });
    load.people.resume();
    return true;
  },
  look: ({ name, roll }) => {
    const [gate] = roll.asked;
    const waited = roll.waited[`${frozen}@db1`] ?? 0;
    const names = gate?.question.match(/load-\d+-\d+ \([A-Z]+ since/g) ?? [];
    return Promise.resolve([
      {
        what: `${name}: waits while people work`,
        seen: `${String(waited)} s in the status, then a gate that names ${String(names.length)} stacks, then ${roll.asked.length === 1 ? 'nothing more' : roll.asked.map(subjectOf).join(', ')}`,
        good:
          waited > 100 &&
          names.length > 0 &&
          roll.asked.length === 1 &&
          gate !== undefined &&
          subjectOf(gate) === frozen,
      },
    ]);
  },
};

/** The same, and a person who waves the wait through: what its gate says of `markDone` is what happens. */
export const wavedThrough: RollOrder = {
  ...sideEngine,
  name: 'waved',
  rolling: { order: 'guide' },
  change: { policy: { workEndsSeconds: 30 } },
  // Longer than an engine is given to end what it has in hand.
  resourceSeconds: [150, 150, 150, 150],
  killsWorker: false,
  atGate: async ({ client, gate }) => {
    if (gate.about.kind !== 'failure' || !gate.about.stepId.endsWith('/nothing-in-progress')) return false;
    await answer({ client, gate, choice: 'markDone' });
    return true;
  },
};

/** APIs of the installed code join the new vhost, and serve there until their host is upgraded. */
export const switchFirst: RollOrder = {
  ...guide,
  name: 'switchFirst',
  rolling: { order: 'guide', apis: 'switchFirst' },
  change: { policy: { workEndsSeconds: 120 } },
  resourceSeconds: [5, 10, 20],
  killsWorker: false,
};

const controllers = ['ctl1', 'ctl2'] as const;
const ownVhost = 'heat-own';

/**
 * A load balancer that people move, and a vhost that is Heat's own, which goes in the end. Its notifications have a URL of
 * their own, as a vhost that is to go needs it.
 */
export const people: RollOrder = {
  ...sideEngine,
  name: 'people',
  rolling: { removeOldVhost: true },
  change: {
    loadBalancer: {
      kind: 'other',
      frontends: {
        'heat-api': `http://${addressOf('lb1')}:8004`,
        'heat-api-cfn': `http://${addressOf('lb1')}:8000`,
      },
    },
  },
  killsWorker: false,
  prepare: async () => {
    await onHost({
      host: 'mq1',
      command: `rabbitmqctl -q add_vhost ${ownVhost}
        rabbitmqctl -q list_permissions --no-table-headers | while read -r user rights; do
          set -f; rabbitmqctl -q set_permissions -p ${ownVhost} "$user" $rights </dev/null
        done`,
    });
    for (const host of controllers)
      await onHost({
        host,
        command: `url=$(sed -n 's/^transport_url = //p' /etc/heat/heat.conf)
          sed -i -e "s#^transport_url = .*#&${ownVhost}#" -e "/^\\[oslo_messaging_notifications\\]/a transport_url = $url" /etc/heat/heat.conf
          systemctl restart heat-engine heat-api heat-api-cfn`,
      });
    for (const host of controllers) while (!(await worksAt({ address: addressOf(host) }))) await sleep(500);
    await seenUp(controllers.flatMap((host) => [8004, 8000].map((port) => `${addressOf(host)}:${String(port)}`)));
    const own = await createStack({ name: 'on-own-vhost' });
    if (own !== 'CREATE_COMPLETE') throw new Error(`on vhost ${ownVhost} a stack comes to ${own}`);
  },
  atGate: async ({ client, gate }) => {
    if (gate.about.kind === 'confirm') {
      await moveRequests(gate);
      await answer({ client, gate, choice: 'markDone' });
      return true;
    }
    if (subjectOf(gate) !== 'old-vhost') return false;
    await answer({ client, gate, choice: 'approve' });
    return true;
  },
  look: async ({ roll }) => {
    const vhosts = await onHost({ host: 'mq1', command: 'rabbitmqctl -q list_vhosts name --no-table-headers' });
    const left = vhosts.trim().split('\n').sort().join(' ');
    const stack = await createStack({ name: 'after-the-old-vhost' });
    const moves = roll.asked.filter(({ about }) => about.kind === 'confirm').length;
    const before = roll.asked.some((gate) => gate.about.kind === 'phase' && subjectOf(gate) === 'old-vhost');
    return [
      {
        what: 'people: requests moved by hand',
        seen: `${String(moves)} times, ${String(lossesOf(roll.load).length)} lost`,
        good: moves === 4 && lossesOf(roll.load).length === 0,
      },
      {
        what: `people: vhost ${ownVhost} goes`,
        seen: `${before ? 'after its gate' : 'WITHOUT a gate'}; left: ${left}; then a stack: ${stack}`,
        good: before && left === '/ heat-bobcat' && stack === 'CREATE_COMPLETE',
      },
    ];
  },
};

/**
 * The drain is left out: a person confirms that requests were moved, and moved none. The APIs then stop where they serve.
 * HAProxy gives a refused request to the other host, so only those are lost that are under way: hence more of them.
 */
export const undrained: RollOrder = {
  ...sideEngine,
  name: 'undrained',
  change: people.change,
  requestsPerSecond: 15,
  killsWorker: false,
  atGate: async ({ client, gate }) => {
    if (gate.about.kind !== 'confirm') return false;
    await answer({ client, gate, choice: 'markDone' });
    return true;
  },
};

const wheelhouse = '/srv/heat-wheels';

/** The new code serves first from an environment beside the packages of the first host. */
export const venv: RollOrder = {
  ...sideEngine,
  name: 'venv',
  rolling: { order: 'venv', wheelhouse },
  killsWorker: false,
  prepare: () => layWheels({ host: 'ctl1', directory: wheelhouse, say: () => undefined }),
  look: async () => {
    const left = await onHost({
      host: 'ctl1',
      command: 'ls -d /opt/heat-* /etc/heat-* /etc/systemd/system/heat-*-bobcat.service 2>/dev/null || true',
    });
    return [
      {
        what: 'venv: left beside the packages',
        seen: left.trim() === '' ? 'nothing' : left.trim().split('\n').join(' '),
        good: left.trim() === '',
      },
    ];
  },
};
