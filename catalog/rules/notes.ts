import { manual, observed, type Rule } from './rule';

/** How the procedures do one thing, where that takes more than a rule says. */
export const notes = {
  'B.0': {
    words: "judge schemas by the code's own scripts",
    sentence:
      'Current revision and head are read from the database and the installed migration scripts; upgrade checks are judged by their JSON, because exit code 1 also means a crash.',
    source: observed('schema tools of eight services on Debian 12 and 13'),
  },
  'C.0': {
    words: 'guards before a rolling Heat',
    sentence:
      'Before a rolling upgrade: effective configuration read, keys equal on all hosts, clocks in step, notifications pinned, and no legacy stack in progress.',
    source: observed('heat 19.0.0 to 27.0.0; heat/engine and heat/common/messaging.py'),
  },
  'C.1': {
    words: 'copy a vhost with all its rules',
    sentence:
      'A new vhost gets permissions, policies, limits and queue type of the old one, and is checked for foreign use, because adding it twice succeeds.',
    source: manual('RabbitMQ: virtual hosts', 'https://www.rabbitmq.com/docs/vhosts'),
  },
  'C.2': {
    words: 'change only the vhost in transport_url',
    sentence:
      'Only the path of `transport_url` changes: hosts, credentials, query and escapes stay, wherever the option is set, and the result is parsed back.',
    source: manual(
      'oslo.messaging: TransportURL',
      'https://docs.openstack.org/oslo.messaging/latest/reference/transport.html',
    ),
  },
  'C.3': {
    words: 'give an engine time to stop',
    sentence:
      'An engine gets more time to stop than its own graceful limit, and its clean end is read from systemd and the journal.',
    source: observed('heat-engine 19.0.0, 24.0.0 and 27.0.0: 18 to 46 s'),
  },
  'C.4': {
    words: 'dry: no work left, no message left',
    sentence:
      'A vhost is dry when no stack taken after the drain is in progress, no live engine holds a resource of it, and its queues are empty, twice, 10 s apart.',
    source: observed('heat 19.0.0 to 20.0.0 under load'),
  },
  'C.5': {
    words: 'find stuck stacks and repair them',
    sentence:
      'A stack is stuck when it is in progress and nothing and nobody works on it; an update with what it is carries it on.',
    source: observed('`openstack stack update --existing` resumed stranded stacks of heat 19.0.0 and 24.0.0'),
  },
  'C.6': {
    words: 'double-check database and workers',
    sentence:
      'At the end schema, tables, live workers and snapshot rows are what the new code expects, and a stack proves it by behaviour.',
    source: observed('heat 24.0.0 to 27.0.0; a missing oslo library passed every liveness check'),
  },
  'C.7': {
    words: 'delete a vhost only when unused',
    sentence:
      'A vhost goes only without connections, consumers, messages and foreign users, after an approval, and never the default one.',
    source: manual('RabbitMQ: virtual hosts', 'https://www.rabbitmq.com/docs/vhosts'),
  },
  'C.8': {
    words: 'roll back in reverse, schema stays',
    sentence:
      'A rolling upgrade is rolled back by the same steps in reverse, and the expanded schema stays, because the old code works on it.',
    source: observed('heat 20.0.0 back to 19.0.0 under load'),
  },
  'C.9': {
    words: 'a side engine takes the work over',
    sentence:
      'A second engine of the installed release on a vhost of its own lets APIs leave the old vhost before its engines stop.',
    source: observed('heat 19.0.0 to 20.0.0 under load: 142 s, no request failed, no stack stranded'),
  },
  'D.2': {
    words: 'one schema, one moment, one dump',
    sentence: 'Each schema is dumped by itself in one transaction, without a pipe, and no migration runs meanwhile.',
    source: manual('MariaDB: mariadb-dump', 'https://mariadb.com/kb/en/mariadb-dump/'),
  },
  'D.5': {
    words: 'verify a dump before trusting it',
    sentence: 'Exit code, last line, number of tables, checksum and a load into a temporary server prove a dump.',
    source: observed('a dump cut between two statements restores without any error on MariaDB 10.11'),
  },
  'D.6': {
    words: 'restore a schema completely',
    sentence:
      'A restore stops everything, keeps what is there in a dump, then drops, loads and compares the schema; one that stopped in the middle starts over.',
    source: observed('mariadb of MariaDB 10.11: a dump that is cut has dropped the data before the error'),
  },
  'E.1': {
    words: 'record versions, marks, holds and answers',
    sentence:
      "Before the first change versions, apt marks, holds and debconf answers of every host are recorded, because dpkg's selections have no versions.",
    source: manual('dpkg-query(1)', 'https://manpages.debian.org/bookworm/dpkg/dpkg-query.1.en.html'),
  },
  'E.4': {
    words: 'one simulated transaction, nothing purged',
    sentence:
      'Packages are downgraded in one transaction that was simulated first; packages of the new release are removed and never purged.',
    source: manual('apt-get(8)', 'https://manpages.debian.org/bookworm/apt/apt-get.8.en.html'),
  },
  'E.5': {
    words: 'keep the old packages at hand',
    sentence: 'Old packages are kept in a readable directory with checksums, so that a rollback needs no archive.',
    source: observed('apt 2.6 on Debian 12: `_apt` cannot read below a closed directory'),
  },
  'E.7': {
    words: 'upgrade only the set, quietly',
    sentence:
      'Only the set is upgraded: nothing starts, nothing asks, foreign apt runs are refused, and configuration is kept.',
    source: observed('apt 2.6 and dpkg 1.21 on Debian 12'),
  },
} satisfies Record<string, Rule>;
