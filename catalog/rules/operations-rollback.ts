import { observed, opsGuide, type Rule } from './rule';

/** Operations Guide: rolling back; the last three are not in the guide. */
export const rollbackRules = {
  'R-OPS-55': {
    words: 'full backup before any attempt',
    sentence: 'Upgrades can fail, so a full backup of the database exists before any attempt.',
    source: opsGuide('Perform a backup'),
  },
  'R-OPS-56': {
    words: 'keep users out until all is proved',
    sentence:
      'A restore assumes that nothing was created since the backup, so users stay out until the upgrade is proved.',
    source: opsGuide('Rolling back a failed upgrade'),
  },
  'R-OPS-57': {
    words: 'order: configuration, databases, packages',
    sentence: 'A rollback restores configuration, databases and packages while the services are stopped.',
    source: opsGuide('Rolling back a failed upgrade'),
  },
  'R-OPS-58': {
    words: 'verify backups before relying on them',
    sentence: 'Backups are read and verified before a rollback, or an upgrade, relies on them.',
    source: opsGuide('Rolling back a failed upgrade'),
  },
  'R-OPS-59': {
    words: 'rolling back is the last option',
    sentence: 'Downgrades are tested less than upgrades, so a person weighs retry, fix and rollback.',
    source: opsGuide('Rolling back a failed upgrade'),
  },
  'R-OPS-60': {
    words: 'proved on some distributions only',
    sentence: 'The steps were proved on certain distributions; on others a person accepts the risk.',
    source: opsGuide('Rolling back a failed upgrade'),
  },
  'R-OPS-61': {
    words: 'stopped means stopped, closed and silent',
    sentence: 'Stopped services stay closed to a reboot or a colleague, and nobody is connected to their database.',
    source: opsGuide('Rolling back a failed upgrade, step 1'),
  },
  'R-OPS-62': {
    words: 'put saved configuration back',
    sentence: 'The configuration files that the run changed are restored from the backup with their owners and modes.',
    source: opsGuide('Rolling back a failed upgrade, step 2'),
  },
  'R-OPS-63': {
    words: 'restore databases from the dump',
    sentence: 'Databases are restored from the complete dump; a half restore is repeated from its beginning.',
    source: opsGuide('Rolling back a failed upgrade, step 3'),
  },
  'R-OPS-64': {
    words: 'record installed packages before the upgrade',
    sentence: 'The list of installed packages is recorded before the upgrade, not after it.',
    source: opsGuide('Rolling back a failed upgrade, step 4'),
  },
  'R-OPS-65': {
    words: 'package lists differ per server',
    sentence: 'Each server has its own list of packages.',
    source: opsGuide('Rolling back a failed upgrade, step 4'),
  },
  'R-OPS-66': {
    words: 'old versions must still be available',
    sentence: 'Every old package version can be had when it is needed, without asking an archive.',
    source: opsGuide('Rolling back a failed upgrade, step 4'),
  },
  'R-OPS-67': {
    words: 'choose old versions by program',
    sentence: 'Old versions are picked by a program from recorded data; picking them by hand goes wrong.',
    source: opsGuide('Rolling back a failed upgrade, step 4'),
  },
  'R-OPS-68': {
    words: 'mind renamed packages',
    sentence: 'Packages that were renamed between releases are mapped back to their old names.',
    source: opsGuide('Rolling back a failed upgrade, step 4'),
  },
  'R-OPS-69': {
    words: 'downgrade all packages in one call',
    sentence: 'All old versions are installed in one transaction with downgrades allowed.',
    source: opsGuide('Rolling back a failed upgrade, step 4'),
  },
  'R-OPS-70': {
    words: 'no accidental upgrades afterwards',
    sentence: 'Sources, pins and holds keep packages from being upgraded by accident.',
    source: opsGuide('Rolling back a failed upgrade, step 4'),
  },
  'R-OPS-71': {
    words: 'prove the known good state',
    sentence: 'Versions, schema, configuration and behaviour are compared with what was recorded before.',
    source: opsGuide('Rolling back a failed upgrade'),
  },
  'R-OPS-72': {
    words: 'flush memcached between two Keystone releases',
    sentence:
      'Every memcached is emptied after the last keystone of the other version stopped, and a token issued before is tried.',
    source: observed('keystone 22 and 23 with one memcached: 500 on cached tokens, in both directions'),
  },
  'R-OPS-73': {
    words: 'keystone never restarts together with consumers',
    sentence:
      'Keystone and its consumers are not restarted by one package transaction; keystone answers before they start.',
    source: observed('ceilometer 19.0.0 lost its publisher for good while keystone restarted'),
  },
  'R-OPS-74': {
    words: 'restart what runs on replaced libraries',
    sentence: 'Services whose libraries changed on disk are restarted and proved.',
    source: observed(
      'heat 20 on Debian 12 needs a newer oslo.messaging than keystone and ceilometer were started with',
    ),
  },
} satisfies Record<string, Rule>;
