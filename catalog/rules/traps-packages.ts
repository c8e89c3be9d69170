import { manual, observed, type Rule } from './rule';

/** What goes wrong with packages and configuration. */
export const packageTraps = {
  'trap 10': {
    words: 'services start before their schema',
    sentence: 'New code starts by itself before its schema is there.',
    source: observed('maintainer scripts of Debian 12 restart services on upgrade'),
  },
  'trap 11': {
    words: 'new configuration is never shown',
    sentence:
      'No package says that heat.conf or nova.conf has changed, and files of earlier upgrades hide what the next one brings.',
    source: observed('OpenStack packages of Debian 12 and 13'),
  },
  'trap 12': {
    words: 'paste file names what is gone',
    sentence: 'An old paste file names factories that the new code does not have.',
    source: observed('api-paste.ini of heat 19.0.0 and 24.0.0'),
  },
  'trap 13': {
    words: 'option or plug-in removed or renamed',
    sentence: 'A service does not start, or behaves differently, because an option or plug-in is gone.',
    source: manual('oslo.config: validator', 'https://docs.openstack.org/oslo.config/latest/cli/validator.html'),
  },
  'trap 17': {
    words: 'libraries stay new after a rollback',
    sentence: 'After a partial downgrade old code meets new libraries and does not start.',
    source: observed('heat 19 with the oslo.db of Debian 13: ImportError'),
  },
  'trap 18': {
    words: 'the archive lost the old version',
    sentence: 'The previous version is no longer in the archive.',
    source: observed('Debian suites usually carry one version of a package'),
  },
  'trap 19': {
    words: 'dpkg is left half-configured',
    sentence: 'A transaction that was cut off leaves packages half-configured.',
    source: manual('dpkg(1)', 'https://manpages.debian.org/bookworm/dpkg/dpkg.1.en.html'),
  },
  'trap 20': {
    words: 'automatic upgrades interfere',
    sentence: 'unattended-upgrades holds the lock or changes a node by itself.',
    source: observed('apt 2.6 on Debian 12: a stopped timer is back after a reboot'),
  },
  'trap 21': {
    words: 'a prompt hangs without a terminal',
    sentence: 'debconf, ucf or needrestart asks a terminal that is not there.',
    source: manual('debconf(7)', 'https://manpages.debian.org/bookworm/debconf-doc/debconf.7.en.html'),
  },
  'trap 42': {
    words: 'a removal drops database or configuration',
    sentence: 'Removing or purging a package drops a database or its configuration.',
    source: observed('nova-common of Debian 12 drops nova_cell0 when configure_db is true'),
  },
  'trap 43': {
    words: 'a masked keystone stays unconfigured',
    sentence: "Keystone's package enables its unit when it is configured, and fails while the unit is masked.",
    source: observed('keystone of Debian 12'),
  },
} satisfies Record<string, Rule>;
