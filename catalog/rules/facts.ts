import { manual, observed, type Rule } from './rule';

/** What was found out on real hosts and decides how the procedures are built. */
export const facts = {
  'fact 1': {
    words: 'empty queues do not prove a drain',
    sentence:
      'An engine that stops during a resource leaves its stack in progress forever while all queues are empty: database and queues are read, and the engine still runs meanwhile.',
    source: observed('heat 24.0.0 and 27.0.0, 4 of 4 runs with a resource of 40 to 45 s'),
  },
  'fact 2': {
    words: 'a new vhost makes engines appear dead',
    sentence:
      "An engine on another vhost gets no answer from a live one, takes its stack's lock and marks the stack FAILED.",
    source: observed('heat 19.0.0 and 24.0.0 on two vhosts; heat/engine/stack_lock.py'),
  },
  'fact 3': {
    words: 'Debian kills engines after 15 s',
    sentence:
      "Debian's units give 15 s to stop, and an idle engine needs 18 s: without more time it is killed in its work.",
    source: observed('heat-engine 19.0.0 on Debian 12, TimeoutStopSec=15: 18.1 s'),
  },
  'fact 4': {
    words: 'a restore must drop the schema first',
    sentence:
      'Tables and the revision of the newer release survive a restore that drops nothing, and the next migration then does nothing.',
    source: observed('heat schema on MariaDB 10.11: migration reported success, columns were missing'),
  },
  'fact 5': {
    words: "keystone's own schema check is wrong",
    sentence:
      'Before 28.0.0 `keystone-manage db_sync --check` compares the database with itself and misses pending migrations.',
    source: observed('keystone 27.0.0 said "up to date" with an expand and a contract pending; fixed in 28.0.0'),
  },
  'fact 6': {
    words: 'a downgrade includes every changed package',
    sentence:
      'Libraries that came with an upgrade stay at the new version unless they are named, and old code does not start on them.',
    source: observed('apt 2.6 on Debian 12; heat 19 with the oslo.db of Debian 13: ImportError'),
  },
  'fact 7': {
    words: 'workload partitioning ended with Stein',
    sentence:
      "Ceilometer's notification agents have no workload partitioning since 12.0.0; differing pipelines still mix data.",
    source: manual('Ceilometer release notes, Stein', 'https://docs.openstack.org/releasenotes/ceilometer/stein.html'),
  },
  'fact 8': {
    words: 'notifications follow transport_url',
    sentence:
      'Heat sends notifications where `transport_url` points unless they have a URL of their own, so a vhost switch cuts Ceilometer off.',
    source: observed('heat/common/messaging.py; seen with heat 19.0.0 and ceilometer 19.0.0'),
  },
  'fact 9': {
    words: 'maintainer scripts migrate and edit configuration',
    sentence: 'Packages may migrate a schema or rewrite configuration by themselves when debconf says so.',
    source: observed('maintainer scripts of the OpenStack packages of Debian 12 and 13'),
  },
  'fact 10': {
    words: 'main configuration files are not conffiles',
    sentence:
      "dpkg neither asks about heat.conf or nova.conf nor leaves a new one: the package's copy in /usr/share is compared.",
    source: observed('OpenStack packages of Debian 12 and 13'),
  },
  'fact 11': {
    words: "an engine's end strands work in flight",
    sentence:
      'Also with another engine alive, an engine that stops between two resources of a stack leaves it in progress forever.',
    source: observed('heat 19.0.0 with two engines: both stacks stuck after a graceful stop of one'),
  },
  'fact 12': {
    words: 'an agent without keystone drops its publisher',
    sentence:
      'A notification agent that starts while keystone is away drops its publisher for good and throws every sample away.',
    source: observed('ceilometer 19.0.0 on Debian 12'),
  },
  'fact 13': {
    words: 'cached tokens break across Keystone releases',
    sentence: 'Keystone 23 answers 500 to tokens that 22 left in a shared memcached, and the other way round.',
    source: observed('keystone 22 and 23 with one memcached'),
  },
  'fact 14': {
    words: 'libraries are part of the upgrade',
    sentence:
      'New code needs newer libraries; services that stay keep the old ones in memory and find the new ones on disk.',
    source: observed('heat 20 needs oslo.messaging 14.1, Debian 12 has 14.0.3'),
  },
  'fact 15': {
    words: 'uwsgi closes kept connections',
    sentence:
      "Debian's uwsgi services close after each answer, and HAProxy in keep-alive mode then shows disconnects that no upgrade caused.",
    source: observed('HAProxy 2.6 before uwsgi services of Debian 12; cured by option http-server-close'),
  },
  'fact 16': {
    words: "no slash in RabbitMQ's password",
    sentence: 'A slash in the password breaks `transport_url`, also when it is written %2F.',
    source: observed('kombu of Debian 12: "Port could not be cast"'),
  },
} satisfies Record<string, Rule>;
