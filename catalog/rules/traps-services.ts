import { manual, observed, opsGuide, type Rule } from './rule';

/** What goes wrong with services: a failure that is easy to miss. */
export const serviceTraps = {
  'trap 1': {
    words: 'stacks stuck although queues are empty',
    sentence: 'A stack stays in progress forever although every queue is empty; only the database shows it.',
    source: observed('heat 24.0.0 and 27.0.0: 4 of 4 runs'),
  },
  'trap 2': {
    words: 'a new vhost fails live legacy stacks',
    sentence: 'An engine that starts on another vhost fails legacy stacks which a live engine still works on.',
    source: observed('heat 19.0.0 and 24.0.0 on two vhosts'),
  },
  'trap 3': {
    words: 'SIGKILL after 15 seconds',
    sentence: 'systemd kills an engine that needs longer than its unit allows, in the middle of its work.',
    source: observed('Debian 12: State stop-sigterm timed out'),
  },
  'trap 14': {
    words: 'stale service rows block a start',
    sentence:
      'Rows of dead services with an old version keep new ones from starting (TooOldComputeService, ServiceTooOld).',
    source: manual('Nova: upgrades', 'https://docs.openstack.org/nova/latest/admin/upgrades.html'),
  },
  'trap 15': {
    words: 'upgrade levels left static or too new',
    sentence: 'A static or too new upgrade level breaks the talk between old and new services of Nova.',
    source: manual('Nova: upgrades', 'https://docs.openstack.org/nova/latest/admin/upgrades.html'),
  },
  'trap 32': {
    words: 'Ceilometer samples twice, or not',
    sentence:
      'Two agents that poll one namespace without coordination double the samples; a wrong group prefix takes none.',
    source: manual(
      'Ceilometer: data collection',
      'https://docs.openstack.org/ceilometer/latest/admin/telemetry-data-collection.html',
    ),
  },
  'trap 33': {
    words: 'ceilometer-upgrade retries forever',
    sentence: 'Without `--retry` and a time limit ceilometer-upgrade waits forever for what does not answer.',
    source: observed('ceilometer-upgrade 24.0.0'),
  },
  'trap 34': {
    words: "Gnocchi's backlog is not empty",
    sentence: 'Measures in the backlog are not migrated, so it is empty before Gnocchi stops.',
    source: manual('Gnocchi: upgrading', 'https://gnocchi.osci.io/operating.html'),
  },
  'trap 35': {
    words: 'new resources are lost by a rollback',
    sentence: 'What users create after the backup is gone after a restore.',
    source: opsGuide('Rolling back a failed upgrade'),
  },
  'trap 38': {
    words: 'health checks pass, work does not',
    sentence: 'A health check answers although RPC is dead or a missing library breaks every create.',
    source: observed('heat without python3-oslo.context: alive, and every stack create failed'),
  },
  'trap 39': {
    words: 'clock skew: live services appear dead',
    sentence: 'Services are called up or down by the clock, so a skewed host is wrong about them.',
    source: observed('heat/engine/service.py compares timestamps of hosts'),
  },
  'trap 40': {
    words: 'old objects in caches',
    sentence: 'Token caches and static files of the other release are served until they are emptied or rebuilt.',
    source: observed('keystone 22 and 23; horizon files copied back do not trigger a rebuild'),
  },
  'trap 41': {
    words: 'unit starts a program that is gone',
    sentence: 'A hand-written unit names a program that the target release has dropped.',
    source: observed('heat-api gone in heat 25.0.0, neutron-server in neutron 27.0.0, nova-api in nova 32.0.0'),
  },
  'trap 45': {
    words: 'Fernet keys differ between nodes',
    sentence: "Nodes with different keys cannot read each other's tokens; keys rotated since the backup are kept.",
    source: manual('Keystone: Fernet tokens', 'https://docs.openstack.org/keystone/latest/admin/fernet-token-faq.html'),
  },
  'trap 46': {
    words: 'Python replaced under running services',
    sentence: 'Services that import lazily fail when Python changes on disk beneath them.',
    source: observed('process start against package time on Debian 12'),
  },
  'trap 47': {
    words: 'systemctl stop succeeds, a child lives',
    sentence: '`systemctl stop` ends well although a process of the unit is still alive.',
    source: manual('systemd.kill(5)', 'https://www.freedesktop.org/software/systemd/man/latest/systemd.kill.html'),
  },
  'trap 48': {
    words: 'requests reach services that still start',
    sentence: 'The load balancer sends requests to an API that has not finished loading.',
    source: observed('uwsgi services of Debian 12 load for up to 35 s'),
  },
  'trap 49': {
    words: 'engine stopped with stacks in progress',
    sentence: 'Stacks are stranded by the stop of one engine although another one is healthy.',
    source: observed('two engines of heat 19.0.0'),
  },
  'trap 50': {
    words: 'notification agent lost its publisher',
    sentence: 'A notification agent is active and throws samples away because its publisher was not loaded at start.',
    source: observed('ceilometer 19.0.0: Unable to load publisher'),
  },
  'trap 51': {
    words: 'cached tokens give 500',
    sentence: 'Tokens that another Keystone release cached answer with 500.',
    source: observed('keystone 22 and 23 with one memcached'),
  },
  'trap 52': {
    words: 'service runs on replaced libraries',
    sentence: 'A service runs old code in memory while its libraries on disk are new.',
    source: observed('oslo libraries of heat 20 under keystone and ceilometer of Debian 12'),
  },
  'trap 53': {
    words: 'disconnects that no upgrade caused',
    sentence: 'Disconnects at the load balancer are there without any upgrade, so a baseline is taken first.',
    source: observed('HAProxy 2.6 in keep-alive mode before uwsgi services'),
  },
} satisfies Record<string, Rule>;
