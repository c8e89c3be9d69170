import { heatGuide, observed, type Rule } from './rule';

/** Heat upgrade guide: cold and rolling upgrades. */
export const heatRules = {
  'R-HEAT-1': {
    words: 'one series at a time',
    sentence:
      'Heat is upgraded from one series to the next or within one series, because only neighbouring releases are tested together.',
    source: heatGuide('Plan to upgrade'),
  },
  'R-HEAT-2': {
    words: 'read the release notes',
    sentence: 'A person reads and understands the release notes of the target series before the upgrade is approved.',
    source: heatGuide('Plan to upgrade'),
  },
  'R-HEAT-3': {
    words: "back up Heat's database",
    sentence: "A verified backup of Heat's database exists before its schema is touched.",
    source: heatGuide('Plan to upgrade'),
  },
  'R-HEAT-4': {
    words: 'a cold upgrade is supported',
    sentence: 'Heat may be upgraded cold: all its services are down while it happens.',
    source: heatGuide('Cold upgrades'),
  },
  'R-HEAT-5': {
    words: 'stop every API and engine before install',
    sentence:
      'A cold upgrade stops every API and engine, then installs, configures, migrates the schema and starts them again, in this order.',
    source: heatGuide('Cold upgrades'),
  },
  'R-HEAT-6': {
    words: 'know how long a cold upgrade takes',
    sentence:
      'A long migration may make the outage of a cold upgrade unacceptable, so its length is estimated before a person chooses.',
    source: heatGuide('Cold upgrades'),
  },
  'R-HEAT-7': {
    words: 'rolling only from Ocata on',
    sentence: 'A rolling upgrade is supported from Ocata to Pike and forevery later pair of series.',
    source: heatGuide('Rolling upgrades'),
  },
  'R-HEAT-8': {
    words: 'rolling needs several Heat nodes',
    sentence: 'A rolling upgrade needs at least two hosts with an engine and two with an API.',
    source: heatGuide('Rolling upgrades, prerequisites'),
  },
  'R-HEAT-9': {
    words: 'drain behind a load balancer',
    sentence:
      'The load balancer can take a server out of rotation while the service keeps running and finishes its requests.',
    source: heatGuide('Rolling upgrades, prerequisites'),
  },
  'R-HEAT-10': {
    words: 'install new code apart from running code',
    sentence: 'New code and all it needs goes into a virtual environment or onto a node whose services are stopped.',
    source: heatGuide('Rolling upgrades, step 1'),
  },
  'R-HEAT-11': {
    words: 'migrate the schema with the new code',
    sentence:
      'The schema is migrated once, by `heat-manage db_sync` of the new code; when it fails, the old services keep running and a person decides.',
    source: heatGuide('Rolling upgrades, step 2'),
  },
  'R-HEAT-12': {
    words: 'watch for harm while the schema changes',
    sentence:
      'A schema change must neither slow the running services noticeably nor make an operation fail, so both are watched while it runs.',
    source: heatGuide('Rolling upgrades, step 2'),
  },
  'R-HEAT-13': {
    words: 'old code still works on new schema',
    sentence:
      'After the migration the installed release is proved to work on the new schema before the upgrade continues.',
    source: heatGuide('Rolling upgrades, step 3'),
  },
  'R-HEAT-14': {
    words: 'a RabbitMQ vhost for the new code',
    sentence: 'The new release gets a RabbitMQ vhost of its own, with the permissions and policies of the old one.',
    source: heatGuide('Rolling upgrades, step 4'),
  },
  'R-HEAT-15': {
    words: 'transport_url of upgraded services names the new vhost',
    sentence:
      'Every upgraded service has the new vhost in its `transport_url`, read back with oslo.messaging before it starts.',
    source: heatGuide('Rolling upgrades, step 4'),
  },
  'R-HEAT-16': {
    words: 'stop engines gracefully, then start new ones',
    sentence:
      'An engine is stopped gracefully before the new one starts in its place; a killed engine is followed by a search for stuck stacks.',
    source: heatGuide('Rolling upgrades, step 5'),
  },
  'R-HEAT-17': {
    words: 'old and new engines never share a vhost',
    sentence: 'Engines of two releases never talk to each other: no vhost has both, before or after any start.',
    source: heatGuide('Rolling upgrades, step 5'),
  },
  'R-HEAT-18': {
    words: 'start the new API on the new vhost',
    sentence:
      "The new release's heat-api and heat-api-cfn start on the new vhost and are proved before they get requests.",
    source: heatGuide('Rolling upgrades, step 6'),
  },
  'R-HEAT-19': {
    words: 'an old API may switch vhosts first',
    sentence: 'An API of the installed release may talk on the new vhost first and be upgraded later.',
    source: heatGuide('Rolling upgrades, step 6'),
  },
  'R-HEAT-20': {
    words: 'an engine serves a vhost before APIs',
    sentence: 'At least one engine consumes from a vhost before any API uses it; without one every call times out.',
    source: heatGuide('Rolling upgrades, steps 5 and 6'),
  },
  'R-HEAT-21': {
    words: 'repeat until every host is upgraded',
    sentence: 'The steps are repeated until every API and engine runs the new release.',
    source: heatGuide('Rolling upgrades, step 7'),
  },
  'R-HEAT-22': {
    words: 'upgrade all APIs before the last engine',
    sentence: 'No API uses the old vhost any more when its last engine stops.',
    source: heatGuide('Rolling upgrades, step 7'),
  },
  'R-HEAT-23': {
    words: 'empty queues before the last engine stops',
    sentence: 'The engine queues of the old vhost hold no message before its last engine is stopped.',
    source: heatGuide('Rolling upgrades, warning'),
  },
  'R-HEAT-24': {
    words: 'stopping an engine can strand stacks',
    sentence:
      'A graceful stop does not wait for queued messages, so stacks in progress may stay in progress forever; the run searches for them.',
    source: heatGuide('Rolling upgrades, warning'),
  },
  'R-HEAT-25': {
    words: 'read queues from RabbitMQ itself',
    sentence: 'Queue lengths are read from the management plugin, or with `rabbitmqctl list_queues` where it is off.',
    source: heatGuide('Rolling upgrades, warning'),
  },
  'R-HEAT-26': {
    words: 'check database and services at the end',
    sentence: 'The upgrade is done only after database and services were checked once more on every host.',
    source: heatGuide('Rolling upgrades, step 8'),
  },
  'R-HEAT-27': {
    words: 'measure downtime from outside',
    sentence:
      'A rolling upgrade is meant to keep the API available, so the API is probed during the run and the gaps are reported.',
    source: heatGuide('Rolling upgrades'),
  },
  'R-HEAT-28': {
    words: 'remove the old vhost at the end',
    sentence: 'The old vhost is removed when nothing uses it and the rollback no longer needs it.',
    source: observed('heat 19.0.0 leaves 17 queues without consumers on the old vhost'),
  },
  'R-HEAT-29': {
    words: 'empty every engine before it stops',
    sentence:
      'Every engine, not only the last, is empty before it stops: the work it had when its APIs left is done and its queues are empty, seen twice.',
    source: observed('two engines of heat 19.0.0 on Debian 12: stopping one of them left both its stacks in progress'),
  },
  'R-HEAT-30': {
    words: 'APIs leave a vhost before its engines',
    sentence:
      'APIs move to another vhost before the engines of the old one stop, so that nobody gives those engines new work.',
    source: observed('heat 19.0.0 to 20.0.0 under load: 0 of 917 requests failed and no stack was stranded'),
  },
} satisfies Record<string, Rule>;
