import { manual, observed, type Rule } from './rule';

/** What goes wrong with RabbitMQ and transport URLs. */
export const messagingTraps = {
  'trap 27': {
    words: 'transport_url is mangled',
    sentence:
      'Special characters, several hosts or a query in `transport_url` do not survive an edit by text replacement.',
    source: manual(
      'oslo.messaging: TransportURL',
      'https://docs.openstack.org/oslo.messaging/latest/reference/transport.html',
    ),
  },
  'trap 28': {
    words: 'vhost without permissions or policies',
    sentence: 'Services get ACCESS_REFUSED on a vhost whose permissions or policies were not copied.',
    source: manual('RabbitMQ: access control', 'https://www.rabbitmq.com/docs/access-control'),
  },
  'trap 29': {
    words: 'queue types conflict',
    sentence: 'A queue that exists with other arguments is refused with PRECONDITION_FAILED.',
    source: manual('RabbitMQ: queues', 'https://www.rabbitmq.com/docs/queues'),
  },
  'trap 30': {
    words: 'RabbitMQ jumps need preparation',
    sentence:
      'RabbitMQ 4 has no mirrored queues, 4.3 denies transient ones, and feature flags must be enabled before each step.',
    source: manual('RabbitMQ: upgrading', 'https://www.rabbitmq.com/docs/upgrade'),
  },
  'trap 31': {
    words: 'Ceilometer misses notifications after a switch',
    sentence: "Heat's notifications go to the new vhost, where Ceilometer does not listen.",
    source: observed('heat 19.0.0 and ceilometer 19.0.0'),
  },
  'trap 54': {
    words: "slash in RabbitMQ's password",
    sentence: 'A password with a slash breaks `transport_url` in every form.',
    source: observed('kombu of Debian 12'),
  },
} satisfies Record<string, Rule>;
