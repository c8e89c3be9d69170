import { manual, opsGuide, type Rule } from './rule';

/** Operations Guide: planning, testing beforehand, upgrade levels. */
export const planningRules = {
  'R-OPS-1': {
    words: 'object storage is the easy exception',
    sentence: 'Swift has no database and is upgraded node by node, without the care the other services need.',
    source: opsGuide('Upgrades'),
  },
  'R-OPS-2': {
    words: 'read release notes of every service',
    sentence: 'A person reads the release notes of each service to find incompatibilities.',
    source: opsGuide('Upgrade planning'),
  },
  'R-OPS-3': {
    words: 'tell users what will be interrupted',
    sentence: 'Users are told beforehand which interruptions to expect.',
    source: opsGuide('Upgrade planning'),
  },
  'R-OPS-4': {
    words: 'running instances are a risk',
    sentence: 'An upgrade with running instances is possible but dangerous, and accepted knowingly.',
    source: opsGuide('Upgrade planning'),
  },
  'R-OPS-5': {
    words: 'consider moving instances away',
    sentence: 'Instances may be migrated live off a node before it is upgraded.',
    source: opsGuide('Upgrade planning'),
  },
  'R-OPS-6': {
    words: 'one hand at a time alters databases',
    sentence: 'Databases stay consistent throughout: one migration and one run at a time, and nobody else writes.',
    source: opsGuide('Upgrade planning'),
  },
  'R-OPS-7': {
    words: 'give users notice and lead time',
    sentence: 'Users get enough notice to make backups of their own.',
    source: opsGuide('Upgrade planning'),
  },
  'R-OPS-8': {
    words: 'merge the new configuration',
    sentence: 'Structure and options of the new configuration files are merged into the running ones.',
    source: opsGuide('Upgrade planning'),
  },
  'R-OPS-9': {
    words: 'be ready to roll back',
    sentence: 'Databases, configuration and packages can be restored, before anything is changed.',
    source: opsGuide('Preparing for a rollback'),
  },
  'R-OPS-10': {
    words: 'rehearse on a similar environment',
    sentence: 'The procedure is worked out and assessed in a test environment that resembles production.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-11': {
    words: 'test before upgrading production',
    sentence: 'Testing beforehand is the most important step of all.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-12': {
    words: 'a fresh release has undiscovered bugs',
    sentence: 'A release that is only weeks old may be left until its first point release.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-13': {
    words: 'follow the bugs that concern you',
    sentence: 'Fixes that matter to the own use are followed while they are developed and tested.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-14': {
    words: 'test with an approximate clone',
    sentence: 'Clouds that seem the same differ, so the test environment copies production as closely as it can.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-15': {
    words: 'mind hardware and scale',
    sentence: 'The clone need not be as large, but what differs in hardware and scale is known.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-16': {
    words: 'use clouds for test environments',
    sentence: 'The own cloud or a public one can carry the test environment cheaply.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-17': {
    words: 'try storage plug-ins on separate shares',
    sentence: 'A second share or endpoint on the external storage tests plug-ins before production trusts them.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-18': {
    words: 'watch traffic between components',
    sentence: 'Far more packets than before between components show that something is wrong.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-19': {
    words: 'test by hand or by automation',
    sentence: 'The test environment is installed by hand or by the automation with changed package sources.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-20': {
    words: "tests do not know production's history",
    sentence: 'A test gets the configuration right, but not the history of the system nor what real users do.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-21': {
    words: "test the migration on production's data",
    sentence:
      "The new release's migration is run on a copy of production's tables, timed and compared before production is touched.",
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-22': {
    words: 'watch performance during and after',
    sentence: 'Scale tests go only so far, so answers and performance are watched during and after the upgrade.',
    source: opsGuide('Pre-upgrade testing environment'),
  },
  'R-OPS-23': {
    words: "lock Nova's RPC versions",
    sentence: "Nova's upgrade levels keep services of two releases talking in one version.",
    source: opsGuide('Upgrade levels'),
  },
  'R-OPS-24': {
    words: 'no unlocked new conductor beside old computes',
    sentence: 'Without a lock a new service sends messages that old computes do not understand.',
    source: opsGuide('Upgrade levels'),
  },
  'R-OPS-25': {
    words: 'lock by number or release name',
    sentence: 'A level is a version number, the name of a release in lower case, or auto.',
    source: opsGuide('Upgrade levels'),
  },
  'R-OPS-26': {
    words: 'lock to the release upgraded from',
    sentence: 'The level names the release that is upgraded from; an example of the guide says the opposite.',
    source: opsGuide('Upgrade levels'),
  },
  'R-OPS-27': {
    words: 'unlock after the last instance',
    sentence: 'A level is removed when all services of its kind are upgraded.',
    source: opsGuide('Upgrade levels'),
  },
  'R-OPS-28': {
    words: 'today control services before computes',
    sentence: 'The guide upgrades computes first; current Nova upgrades conductor and control services first.',
    source: manual('Nova: upgrades', 'https://docs.openstack.org/nova/latest/admin/upgrades.html'),
  },
} satisfies Record<string, Rule>;
