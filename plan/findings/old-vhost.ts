import type { Finding } from '../../schema/plan';
import type { KindSubject } from '../scope/subject';
import { transportsOf } from '../scope/transports';
import type { RollingScope } from '../scope/rolling-scope';
import { finding } from './finding';

/** The vhost that is left stays, unless the request wants it gone and nobody else can miss it (C.7, R-HEAT-28). */
export function oldVhostFindings(subject: KindSubject & { rolling: RollingScope }): Finding[] {
  const { rolling, request } = subject;
  const { old } = rolling.vhosts;
  if (request.options.rolling?.removeOldVhost !== true) return [stays(old)];
  return old === '/' ? [shared()] : notified(subject);
}

function stays(old: string): Finding {
  return finding({
    what: 'old-vhost-stays',
    level: 'note',
    text: `Vhost ${old} stays: a rollback needs it, and notifications go there as before.`,
    remedy:
      old === '/'
        ? 'Nothing: other services share it, and "/" is never removed.'
        : `After a week, when nobody is connected and Ceilometer does not listen there: rabbitmqctl delete_vhost ${old}`,
    sources: ['R-HEAT-28', 'C.7', 'fact 8'],
  });
}

function shared(): Finding {
  return finding({
    what: 'old-vhost-shared',
    level: 'blocker',
    text: 'Vhost "/" is to be removed: other services share it, and "/" is never removed.',
    remedy: 'Leave options.rolling.removeOldVhost out.',
    sources: ['R-HEAT-28', 'C.7'],
  });
}

/** Where notifications have no URL of their own, this run pins them to the vhost it leaves (fact 8, trap 31). */
function notified(subject: KindSubject & { rolling: RollingScope }): Finding[] {
  const { facts, rolling } = subject;
  const { old } = rolling.vhosts;
  const service = rolling.scoped.service;
  const there = Object.entries(transportsOf({ facts, service: service.name }))
    .filter(([, { notificationVhost }]) => (notificationVhost ?? old) === old)
    .map(([host]) => host);
  if (there.length === 0)
    return [
      finding({
        what: 'old-vhost-goes',
        level: 'note',
        text: `The last phase removes vhost ${old}, after a gate of its own that may leave it.`,
        remedy: 'Read what the gate asks: without the vhost a rollback takes longer.',
        sources: ['R-HEAT-28', 'C.7'],
      }),
    ];
  return [
    finding({
      what: 'old-vhost-notified',
      level: 'blocker',
      text: `Vhost ${old} is to be removed, and the notifications of ${there.join(', ')} go there: they would be lost.`,
      remedy: `Give [oslo_messaging_notifications] transport_url in ${service.configFile} another vhost, or leave options.rolling.removeOldVhost out.`,
      sources: ['C.7', 'fact 8', 'trap 31'],
    }),
  ];
}
