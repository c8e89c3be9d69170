import type { CloudFacts } from '../../catalog/facts';
import type { TransportFacts } from '../../catalog/platform/transport';
import type { Rolling, Service } from '../../catalog/service';
import type { RuleId } from '../../catalog/rules';
import type { Finding } from '../../schema/plan';
import { isRead, transportsOf } from '../scope/transports';
import { finding } from './finding';

/** Which vhost a service talks on must be readable, changeable, and one for all hosts (C.0, C.2). */
export function transportFindings(subject: { facts: CloudFacts; service: Service; rolling: Rolling }): Finding[] {
  const { facts, service, rolling } = subject;
  const read = transportsOf({ facts, service: service.name });
  const unread = facts.hosts.flatMap((host) => {
    const one = host.packages?.rollingTransports[service.name];
    if (one === undefined || isRead(one)) return [];
    return [
      finding({
        what: 'transport-unread',
        level: 'blocker',
        host: host.host,
        text: `On which vhost ${service.name} talks could not be read: ${one.unreadable}`,
        remedy: `Let [DEFAULT] transport_url in ${service.configFile} be one that oslo.messaging can parse.`,
        sources: ['R-HEAT-15', 'trap 27', 'trap 54'],
      }),
    ];
  });
  return [
    ...unread,
    ...Object.entries(read).flatMap(([host, transport]) => hostTransport({ host, transport, service, rolling })),
    ...differences({ read, service }),
    ...equalNames({ read, facts, rolling }),
  ];
}

/**
 * The queue of an engine has its name and nothing else of it: with one name for several, nobody sees which host's engine
 * is on a vhost, and every probe that waits for theirs waits for ever. charm-heat writes `host = heat` on every controller.
 */
function equalNames(options: { read: Record<string, TransportFacts>; facts: CloudFacts; rolling: Rolling }): Finding[] {
  const { read, facts, rolling } = options;
  const engines = facts.hosts
    .filter(
      ({ packages }) => packages?.units.some(({ name, loaded }) => name === rolling.engineUnit && loaded) === true,
    )
    .flatMap(({ host }) => (read[host] === undefined ? [] : [{ host, name: read[host].engineHost }]));
  return [...new Set(engines.map(({ name }) => name))].flatMap((name) => {
    const hosts = engines.filter((one) => one.name === name).map(({ host }) => host);
    if (hosts.length < 2) return [];
    return [
      finding({
        what: `engine-names-equal-${name}`,
        level: 'blocker',
        text: `The engines of ${hosts.join(', ')} all call themselves ${name}: whose engine is on which vhost could not be seen.`,
        remedy:
          `Take [DEFAULT] host out of the configuration (or give each host its own name) and restart ${rolling.engineUnit} ` +
          'on one host after the other while nothing is in progress; or upgrade cold with openstackFullUpgrade.',
        sources: ['R-HEAT-17', 'R-HEAT-20'],
      }),
    ];
  });
}

function hostTransport(options: {
  host: string;
  transport: TransportFacts;
  service: Service;
  rolling: Rolling;
}): Finding[] {
  const { host, transport, service, rolling } = options;
  const block = (what: string, text: string, remedy: string, sources: readonly RuleId[]): Finding =>
    finding({ what, level: 'blocker', host, text, remedy, sources });
  return [
    ...(transport.overridden.length === 0
      ? []
      : [
          block(
            'transport-overridden',
            `${transport.overridden.join(', ')} get OS_DEFAULT__TRANSPORT_URL from their environment: the file would be changed in vain.`,
            `Take it out of the unit's environment and write it into ${service.configFile}.`,
            ['R-HEAT-15', 'C.2'],
          ),
        ]),
    ...(transport.convergence
      ? []
      : [
          block(
            'no-convergence',
            `convergence_engine is off: an engine on another vhost takes every ${rolling.work.noun} in progress from its live owner and calls it FAILED.`,
            'Upgrade cold with openstackFullUpgrade.',
            ['fact 2', 'trap 2'],
          ),
        ]),
    ...(transport.gracefulStopSeconds > 0 && transport.gracefulStopSeconds <= rolling.longestShutdownSeconds
      ? []
      : [
          block(
            'graceful-stop-too-long',
            `graceful_shutdown_timeout is ${String(transport.gracefulStopSeconds)} s (0: without end); the unit gets ${String(rolling.longestShutdownSeconds + 60)} s and is killed then.`,
            `Set it to at most ${String(rolling.longestShutdownSeconds)}; it counts from the engine's next start on, which has to be while nothing is in progress.`,
            ['R-HEAT-16', 'fact 3'],
          ),
        ]),
  ];
}

/** Hosts of one service that disagree are two clouds; with two keys the one cannot read what the other wrote (C.0 e). */
function differences(options: { read: Record<string, TransportFacts>; service: Service }): Finding[] {
  const all = Object.entries(options.read);
  const differ = (what: string, of: (one: TransportFacts) => string, meaning: string, shown: boolean): Finding[] => {
    const values = [...new Set(all.map(([, one]) => of(one)))];
    if (values.length < 2) return [];
    const seen = values.map((value) => {
      const hosts = all.filter(([, one]) => of(one) === value).map(([host]) => host);
      return `${shown ? `${value} on ` : ''}${hosts.join(', ')}`;
    });
    return [
      finding({
        what,
        level: 'blocker',
        text: `${meaning}: ${seen.join(shown ? '; ' : ' | ')}.`,
        remedy: `Make ${options.service.configFile} say the same on all of them.`,
        sources: ['R-HEAT-17', 'C.0'],
      }),
    ];
  };
  return [
    ...differ('vhosts-differ', ({ vhost }) => vhost, 'The hosts talk on different vhosts', true),
    ...differ('brokers-differ', ({ brokers }) => brokers.join(' '), 'The hosts talk to different brokers', true),
    ...differ('encryption-keys-differ', (one) => one.encryptionKeyHash, 'auth_encryption_key is not the same', false),
  ];
}
