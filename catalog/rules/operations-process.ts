import { opsGuide, type Rule } from './rule';

/** Operations Guide: from the prerequisites to the final steps. */
export const processRules = {
  'R-OPS-29': {
    words: 'supported distribution, current packages',
    sentence: 'Every host runs a supported distribution with current packages of the old release, and needs no reboot.',
    source: opsGuide('Upgrade process, prerequisites'),
  },
  'R-OPS-30': {
    words: 'clean up before upgrading',
    sentence:
      "The environment is brought into a clean and consistent state first: dead services, stuck resources and deleted rows are seen to, and nothing is purged without a person's word.",
    source: opsGuide('Upgrade process, prerequisites'),
  },
  'R-OPS-31': {
    words: 'schema is at the installed release',
    sentence: 'The database is at the revision of the installed code before the upgrade starts.',
    source: opsGuide('Upgrade process, prerequisites'),
  },
  'R-OPS-32': {
    words: 'save the configuration of every host',
    sentence: 'The configuration of every host is saved with owners, modes and links.',
    source: opsGuide('Perform a backup'),
  },
  'R-OPS-33': {
    words: 'what a node carries decides its steps',
    sentence: 'Which services a node carries is read from its packages; the steps follow from that.',
    source: opsGuide('Perform a backup'),
  },
  'R-OPS-34': {
    words: 'only a restore undoes a migration',
    sentence:
      'Schemas cannot be downgraded since Kilo, so only a full backup of the database makes a rollback possible.',
    source: opsGuide('Perform a backup'),
  },
  'R-OPS-35': {
    words: 'dump all OpenStack databases',
    sentence: 'Every OpenStack database is dumped into files named after the old release and the moment.',
    source: opsGuide('Perform a backup'),
  },
  'R-OPS-36': {
    words: 'database server as the install guide',
    sentence: 'Settings of the database server follow the install guide of the target release.',
    source: opsGuide('Perform a backup'),
  },
  'R-OPS-37': {
    words: 'swap the package source on all nodes',
    sentence:
      "The old release's package source is turned off, the new one added, and the lists are fetched without error.",
    source: opsGuide('Manage repositories'),
  },
  'R-OPS-38': {
    words: 'upgrade OpenStack packages, nothing else',
    sentence: 'Only the OpenStack set changes; upgrading everything may restart storage, network, database and broker.',
    source: opsGuide('Upgrade packages on each node'),
  },
  'R-OPS-39': {
    words: 'keep the running configuration files',
    sentence: "The package manager's offers of new configuration files are rejected, and are kept beside the old ones.",
    source: opsGuide('Upgrade packages on each node'),
  },
  'R-OPS-40': {
    words: 'review what packages left beside configuration',
    sentence: 'Files that the package manager left with a suffix are reviewed and adopted before services start.',
    source: opsGuide('Upgrade packages on each node'),
  },
  'R-OPS-41': {
    words: 'some packages come only when asked',
    sentence: 'A newly recommended package such as ipset may have to be installed by name.',
    source: opsGuide('Upgrade packages on each node'),
  },
  'R-OPS-42': {
    words: 'per service: configure, stop, migrate, start',
    sentence: 'Each service is configured, stopped, its schema migrated, and started again, in this order.',
    source: opsGuide('Update services'),
  },
  'R-OPS-43': {
    words: 'verify each service before the next',
    sentence: 'A service is proved to work before the next one is upgraded or started.',
    source: opsGuide('Update services'),
  },
  'R-OPS-44': {
    words: 'keystone first, then in order',
    sentence:
      'Services start in the order keystone, glance, placement, nova, neutron, cinder, horizon, heat, telemetry.',
    source: opsGuide('Update services'),
  },
  'R-OPS-45': {
    words: 'clear expired tokens before the migration',
    sentence: "Up to Rocky, expired tokens are flushed before keystone's schema is migrated.",
    source: opsGuide('Update services'),
  },
  'R-OPS-46': {
    words: 'restart Apache for the dashboard',
    sentence: 'The dashboard usually needs nothing but a restart of Apache.',
    source: opsGuide('Update services'),
  },
  'R-OPS-47': {
    words: 'restart telemetry on controllers',
    sentence: 'Telemetry on controllers needs a restart, today after ceilometer-upgrade.',
    source: opsGuide('Update services'),
  },
  'R-OPS-48': {
    words: 'computes: nova, then neutron',
    sentence: "On compute nodes nova is configured and restarted first, neutron's agents after it.",
    source: opsGuide('Update services'),
  },
  'R-OPS-49': {
    words: 'storage nodes: restart cinder',
    sentence: 'On storage nodes cinder-volume only has to be restarted.',
    source: opsGuide('Update services'),
  },
  'R-OPS-50': {
    words: 'steps belong to roles of nodes',
    sentence: 'Which steps a node gets follows from its role, not from its place in a printed list.',
    source: opsGuide('Update services'),
  },
  'R-OPS-51': {
    words: 'put DHCP times back',
    sentence: 'DHCP timeouts that were changed for the upgrade get their recorded values back.',
    source: opsGuide('Final steps'),
  },
  'R-OPS-52': {
    words: 'paste and ini files fit the code',
    sentence: 'Paste and other ini files name only what the new release has, in the form that it wants.',
    source: opsGuide('Final steps'),
  },
  'R-OPS-53': {
    words: 'image lists agree',
    sentence: 'Policies of nova and glance give the same list of images.',
    source: opsGuide('Final steps'),
  },
  'R-OPS-54': {
    words: 'prove operation, then tell users',
    sentence: 'Users are told only after the cloud was proved to work.',
    source: opsGuide('Final steps'),
  },
} satisfies Record<string, Rule>;
