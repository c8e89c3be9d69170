import type { HostFacts, HostUnread } from '../../catalog/facts';
import type { Cloud } from '../../schema/cloud';
import type { Finding } from '../../schema/plan';
import { finding, gibibytes } from './finding';
import { keptPointFindings } from './kept-points';
import { toolFindings } from './tools';

const unreadRemedy: Record<HostUnread['problem'], string> = {
  unreachable: 'Bring the host back, or correct its address in the cloud file.',
  hostKey:
    'Compare the key with the host itself. If the host was rebuilt, put its new key into the known_hosts file; if not, ' +
    'someone may sit in between.',
  auth: "Put the public half of the cloud file's identityFile into authorized_keys of its user on this host.",
  sudo: 'Let the user run commands as root without a password (see docs/quickstart.md, sudo).',
  survey: 'Read what the host said; run the preflight again once it is fixed.',
};

/** Nothing is planned for a host that could not be read: an unknown state is never guessed. */
export function unreadHosts(unread: readonly HostUnread[]): Finding[] {
  return unread.map(({ host, problem, sentence }) =>
    finding({
      what: `host-unread-${problem}`,
      level: 'blocker',
      host,
      text: sentence,
      remedy: unreadRemedy[problem],
      sources: ['R-OPS-33'],
    }),
  );
}

/** Free space each host needs, in bytes: packages kept twice, configuration, logs. */
const needBytes = 2 * 2 ** 30;
const needInodes = 20_000;

/** Of a database host, per byte of data: plain dump, its compressed copies, and a throw-away server beside it (trap 44). */
const dumpFactor = 1.2 + 3 * 0.3 + 1.5;

export function hostFindings(options: { host: HostFacts; cloud: Cloud }): Finding[] {
  const { host, cloud } = options;
  return [
    ...supported(host),
    ...toolFindings({ host, cloud }),
    ...space(host),
    ...(host.host === cloud.lockHost ? lockHeld(host) : []),
    ...takenOver(host),
    ...leftBehind(host),
    ...clock(host),
    ...others(host),
    ...keptPointFindings(host),
  ];
}

function supported({ host, identity }: HostFacts): Finding[] {
  const known = /^(debian|ubuntu) /.test(identity.distribution);
  return [
    ...(known
      ? []
      : [
          finding({
            what: 'distribution-unknown',
            level: 'warning',
            host,
            text: `${identity.distribution} is not a distribution these procedures were proved on.`,
            remedy: 'Rehearse on a copy first; accept knowingly.',
            sources: ['R-OPS-29', 'R-OPS-60'],
          }),
        ]),
    ...(identity.rebootRequired
      ? [
          finding({
            what: 'reboot-required',
            level: 'warning',
            host,
            text: `The host waits for a reboot (/run/reboot-required; kernel ${identity.kernel} runs): what starts next may run on another kernel or libc.`,
            remedy: 'Reboot it before the upgrade.',
            sources: ['R-OPS-29'],
          }),
        ]
      : []),
  ];
}

function space(host: HostFacts): Finding[] {
  const data = host.database?.schemas.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
  const need = needBytes + data * dumpFactor;
  const own = host.fileSystems.filter(({ path }) => path === '/var/lib/openstack-upgrade');
  if (own.length === 0) {
    return [
      finding({
        what: 'disk-unread',
        level: 'warning',
        host: host.host,
        text: `How much space /var/lib/openstack-upgrade has could not be read; the restore point needs ${gibibytes(need)}.`,
        remedy: 'Run df /var/lib/openstack-upgrade on this host.',
        sources: ['R-OPS-9', 'trap 44'],
      }),
    ];
  }
  return own
    .filter(
      ({ availableBytes, availableInodes }) =>
        availableBytes < need || (availableInodes !== null && availableInodes < needInodes),
    )
    .map(({ mount, availableBytes, availableInodes }) =>
      finding({
        what: 'disk-nearly-full',
        level: 'blocker',
        host: host.host,
        text:
          `${mount} has ${gibibytes(availableBytes)}${inodes(availableInodes)} free; the restore point needs ` +
          `${gibibytes(need)}${inodes(needInodes)}. A dump or a migration that runs out of space leaves a half one.`,
        remedy: `Free space on ${mount}.`,
        sources: ['R-OPS-9', 'trap 44'],
      }),
    );
}

function inodes(count: number | null): string {
  return count === null ? '' : ` and ${String(count)} inodes`;
}

function lockHeld({ host, leftovers }: HostFacts): Finding[] {
  if (leftovers.lock === null) return [];
  return [
    finding({
      what: 'cloud-locked',
      level: 'blocker',
      host,
      text: `Another run owns this cloud: ${leftovers.lock.trim()}.`,
      remedy: 'Let it end. If it was terminated or aborted, run openstackFinish for this cloud first.',
      sources: ['R-OPS-6'],
    }),
  ];
}

function takenOver({ host, leftovers }: HostFacts): Finding[] {
  if (leftovers.takenOver === null) return [];
  return [
    finding({
      what: 'taken-over',
      level: 'blocker',
      host,
      text: `A person works on this host by hand and has closed it to every run: ${leftovers.takenOver.trim()}.`,
      remedy:
        'Ask whether the work is done; then, on the host: openstack-upgrade-job hand-back --by NAME --reason TEXT.',
      sources: ['R-OPS-6', 'R-OPS-61'],
    }),
  ];
}

function leftBehind({ host, leftovers }: HostFacts): Finding[] {
  if (!leftovers.closed || leftovers.lock !== null) return [];
  return [
    finding({
      what: 'units-locked',
      level: 'blocker',
      host,
      text: 'Services of this host are still locked by an earlier run (/var/lib/openstack-upgrade/locks or closed-sites).',
      remedy: 'Run openstackFinish for this cloud, or remove the locks by hand after looking why they are there.',
      sources: ['R-OPS-61'],
    }),
  ];
}

/** Heat tells living engines from dead ones by the clock; more than this and it is wrong about them (trap 39). */
const clockToleranceSeconds = 2;

function clock({ host, clockOffsetSeconds }: HostFacts): Finding[] {
  if (clockOffsetSeconds !== null && Math.abs(clockOffsetSeconds) <= clockToleranceSeconds) return [];
  if (clockOffsetSeconds === null) {
    return [
      finding({
        what: 'clock-unread',
        level: 'warning',
        host,
        text: 'The clock of this host could not be read. One that is seconds off makes services count as dead or alive wrongly.',
        remedy: 'Compare it with the clock of the worker (date +%s on both), and run date on this host.',
        sources: ['trap 39'],
      }),
    ];
  }
  return [
    finding({
      what: 'clock-off',
      level: 'blocker',
      host,
      text: `The clock of this host is ${clockOffsetSeconds.toFixed(1)} s off the worker's: services would be taken for dead or alive wrongly.`,
      remedy: 'Bring time synchronisation in order on the host and on the worker.',
      sources: ['trap 39'],
    }),
  ];
}

function others({ host, otherHands }: HostFacts): Finding[] {
  if (otherHands.length === 0) return [];
  return [
    finding({
      what: 'other-hands',
      level: 'warning',
      host,
      text: `Others act on this host: ${otherHands.join(', ')}. They may start what the upgrade has stopped, and undo what it writes.`,
      remedy:
        'Pause them for the time of the upgrade with their own means (puppet agent --disable, pcs resource unmanage; a rotation of keys by commenting its cron line out).',
      sources: ['R-OPS-6', 'R-OPS-61', 'trap 10', 'trap 20'],
    }),
  ];
}
