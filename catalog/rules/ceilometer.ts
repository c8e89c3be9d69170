import { ceilometerGuide, ceilometerSpec, observed, type Rule } from './rule';

/** Ceilometer upgrade guide and its rolling-upgrades specification. */
export const ceilometerRules = {
  'R-CEIL-1': {
    words: 'full or partial upgrade',
    sentence: 'Ceilometer is upgraded in full, in one pass, or in part, service by service.',
    source: ceilometerGuide('Upgrading'),
  },
  'R-CEIL-2': {
    words: 'database before any agent',
    sentence: 'The database is upgraded before any agent, in both ways of upgrading.',
    source: ceilometerGuide('Full and partial upgrades, step 1'),
  },
  'R-CEIL-3': {
    words: "run Ceilometer's own migration tool",
    sentence:
      "The storage is upgraded with `ceilometer-upgrade` (`ceilometer-dbsync` up to Newton); since Queens it only updates Gnocchi's resource types.",
    source: ceilometerGuide('Full upgrades, step 1'),
  },
  'R-CEIL-4': {
    words: 'other storage has its own procedure',
    sentence: 'Where samples go to another storage, its own upgrade procedure is followed first.',
    source: ceilometerGuide('Full upgrades, step 1'),
  },
  'R-CEIL-5': {
    words: 'the database may stay online',
    sentence: 'The database need not be taken offline because its upgrade only adds; it is backed up all the same.',
    source: ceilometerGuide('Full upgrades, step 1'),
  },
  'R-CEIL-6': {
    words: 'upgrade while little is measured',
    sentence: "The database is upgraded in a period of low activity, measured by queue lengths and Gnocchi's backlog.",
    source: ceilometerGuide('Full upgrades, step 1'),
  },
  'R-CEIL-7': {
    words: 'back up data and pipeline files',
    sentence: 'Data and all configuration of the agents are backed up before the database step.',
    source: ceilometerGuide('Full upgrades, step 1'),
  },
  'R-CEIL-8': {
    words: 'stop all collectors before new ones',
    sentence: 'In a full upgrade every old collector is stopped before a new one starts.',
    source: ceilometerGuide('Full upgrades, step 2'),
  },
  'R-CEIL-9': {
    words: 'new collectors read old payloads',
    sentence: 'A new collector understands old and new payloads and ignores attributes that are gone.',
    source: ceilometerGuide('Full upgrades, step 2'),
  },
  'R-CEIL-10': {
    words: 'start as many collectors as needed',
    sentence: 'Once the first new collector works, any number of further ones may start.',
    source: ceilometerGuide('Full upgrades, step 2'),
  },
  'R-CEIL-11': {
    words: 'stop all notification agents before new ones',
    sentence: 'In a full upgrade every notification agent is stopped before a new one starts.',
    source: ceilometerGuide('Full upgrades, step 3'),
  },
  'R-CEIL-12': {
    words: 'stop all polling agents before new ones',
    sentence:
      'In a full upgrade the polling agents of all hosts, of compute hosts too, are stopped before the first new one starts.',
    source: ceilometerGuide('Full upgrades, step 4'),
  },
  'R-CEIL-13': {
    words: 'prove polling after the first agent',
    sentence:
      'After the first new polling agent started, new samples in the store prove that it polls before others start.',
    source: ceilometerGuide('Full upgrades, step 4'),
  },
  'R-CEIL-14': {
    words: 'several agents need coordination',
    sentence: 'More than one central agent runs only with a coordination backend; without it samples are taken twice.',
    source: ceilometerGuide('Full upgrades, step 4'),
  },
  'R-CEIL-15': {
    words: 'upgrade the API at any time',
    sentence: 'The API, where there is one (up to Pike), may be upgraded at any point.',
    source: ceilometerGuide('Full upgrades, note'),
  },
  'R-CEIL-16': {
    words: 'new collectors beside old ones',
    sentence: 'In a partial upgrade new collectors may run beside old ones.',
    source: ceilometerGuide('Partial upgrades, step 2'),
  },
  'R-CEIL-17': {
    words: 'equal pipelines for mixed notification agents',
    sentence:
      'A new notification agent runs beside old ones only without workload partitioning or with the same pipeline.',
    source: ceilometerGuide('Partial upgrades, step 3'),
  },
  'R-CEIL-18': {
    words: 'give old agents the new pipeline first',
    sentence: 'Where pipelines differ, the old notification agents load the new pipeline before a new agent starts.',
    source: ceilometerGuide('Partial upgrades, step 3'),
  },
  'R-CEIL-19': {
    words: 'mix polling agents only without new pollsters',
    sentence: 'A new polling agent runs beside old ones only when the new release brings no new pollsters in use.',
    source: ceilometerGuide('Partial upgrades, step 4'),
  },
  'R-CEIL-20': {
    words: 'new pollsters in a group apart',
    sentence:
      'Where there are new pollsters, the new agents start in a partitioning group of their own and poll only these.',
    source: ceilometerGuide('Partial upgrades, step 4'),
  },
  'R-CEIL-21': {
    words: 'poll everything once all are upgraded',
    sentence: 'When no old polling agent is left, the new ones poll old and new meters alike.',
    source: ceilometerGuide('Partial upgrades, step 4'),
  },
  'R-CEIL-22': {
    words: 'only one version of the API',
    sentence: 'API workers of one service are restarted together, so that only one version runs.',
    source: ceilometerGuide('Partial upgrades, step 5'),
  },
  'R-CEIL-23': {
    words: 'database, collector, notification, polling, API',
    sentence: 'After the database the order is free; this one is advised.',
    source: ceilometerSpec('Proposed change'),
  },
  'R-CEIL-24': {
    words: 'all services reach the new version',
    sentence: 'A partial upgrade is not done while any host still runs the old version.',
    source: ceilometerGuide('Partial upgrades'),
  },
  'R-CEIL-25': {
    words: 'changes only ever add',
    sentence: 'A release may add to payloads and schema but not remove or alter; exceptions are shown to a person.',
    source: ceilometerSpec('Proposed change'),
  },
  'R-CEIL-26': {
    words: 'new models use new queues',
    sentence: 'Payloads of a new model go to a queue of their own.',
    source: ceilometerSpec('Proposed change'),
  },
  'R-CEIL-27': {
    words: 'payloads grow over time',
    sentence:
      'Payloads grow because nothing is removed, so memory of the queues is watched; Ceilometer never said how long it still reads attributes of releases without support.',
    source: ceilometerSpec('Data model impact, Performance/Scalability Impacts'),
  },
  'R-CEIL-28': {
    words: 'tell external consumers of samples',
    sentence: 'Consumers that read samples without the API are told of changed models.',
    source: ceilometerSpec('Other deployer impact'),
  },
  'R-CEIL-29': {
    words: 'test old and new agents together',
    sentence: 'A partial upgrade is tested with old and new agents on several nodes.',
    source: ceilometerSpec('Testing'),
  },
  'R-CEIL-30': {
    words: 'rules hold per pair of releases',
    sentence: 'These rules may not be enough for a later release: an unknown pair of series is asked about.',
    source: ceilometerSpec('Future lifecycle'),
  },
  'R-CEIL-31': {
    words: 'report gaps in the samples',
    sentence:
      'Data only flows forward, so order alone keeps the gap small; the gap per meter is measured and reported.',
    source: ceilometerSpec('Problem description and proposed change'),
  },
  'R-CEIL-32': {
    words: 'new measures prove a notification agent',
    sentence: 'After a notification agent starts, a measure newer than the start proves that its publisher was loaded.',
    source: observed(
      'ceilometer 19.0.0 started while keystone was away: active, queues empty, every sample thrown away',
    ),
  },
} satisfies Record<string, Rule>;
