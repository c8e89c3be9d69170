import { raw, sh, type ShellText } from '../../shell/sh';
import { quietMeasures } from '../platform/quiet-hour';
import { runAsUser } from '../platform/service-config';
import {
  type AgentProof,
  type ChangedUnits,
  type Service,
  type ServiceUnit,
  siteOnUbuntu,
  unitEverywhere,
} from '../service';
import { ownDatabase, resourceTypes } from './ceilometer-storage';

/** With `root`, who alone may read every journal. */
const asRoot = (words: string): ShellText => sh`python3 "$POOL/bin/telemetry-proof" ${words.split(' ')}`;

/** With Ceilometer's own code and credentials. */
const asCeilometer = (words: string): ShellText =>
  runAsUser({ user: 'ceilometer', program: 'telemetry-proof', words: raw(words) });

/**
 * Proved by data alone: an agent that starts while Keystone is away drops its publisher, stays active, empties its queue and
 * throws every sample away. Eight samples, because the agents of all hosts take them from one queue in turn. Its log is read after
 * that: before, an agent that has just started has not come to its publishers yet. Where nothing arrives, the log says why.
 */
const samplesArrive: AgentProof = {
  title: 'samples that this run sends arrive in Gnocchi',
  look: sh`
    arrived=0
    ${asCeilometer('arrive 8 150')} > "$SCRATCH/arrived" || arrived=$?
    ${asRoot('loaded ceilometer-agent-notification')}
    cat "$SCRATCH/arrived"
    test $arrived = 0
  `,
  seconds: 240,
  remedy:
    'make sure that Keystone and Gnocchi answer from this host, then systemctl restart ceilometer-agent-notification here and retry. ' +
    'Agents of other hosts stay stopped meanwhile, and their queue keeps the samples.',
  rules: ['R-CEIL-11', 'R-CEIL-32', 'fact 12', 'trap 50'],
};

/** What a notification agent hands to them, each of all hosts in turn, and no line of their logs that speaks of a payload they do not know. */
const samplesCollected: AgentProof = {
  title: 'samples that this run hands to the collectors are kept',
  look: sh`
    arrived=0
    ${asCeilometer('collect 8 150')} > "$SCRATCH/arrived" || arrived=$?
    ${asRoot('understands ceilometer-collector')}
    cat "$SCRATCH/arrived"
    test $arrived = 0
  `,
  besideOld: {
    title: 'collectors of the installed release understand what those of the new one do',
    look: asRoot('understands ceilometer-collector'),
    remedy:
      'read /var/log/ceilometer/collector.log on this host. Old and new collectors take samples from the same queue: choose rollback if this one cannot read them.',
    rules: ['R-CEIL-9', 'R-CEIL-16'],
  },
  seconds: 240,
  remedy:
    'read /var/log/ceilometer/collector.log on this host: make sure that its storage answers, then systemctl restart ceilometer-collector here and retry. ' +
    'Collectors that are still stopped stay so meanwhile, and their queue keeps the samples.',
  rules: ['R-CEIL-8', 'R-CEIL-9', 'R-CEIL-10'],
};

/** What was found is shown in either case: where there is nothing, it is the reason. */
const polling = (words: string): ShellText => sh`
  polled=0
  ${asRoot(words)} > "$SCRATCH/polled" || polled=$?
  cat "$SCRATCH/polled"
  test $polled = 0
  ${asCeilometer('newer 150')} < "$SCRATCH/polled"
`;

function polls(unit: string): AgentProof {
  return {
    title: `${unit} polls`,
    look: polling(`polled ${unit} 150`),
    /** Where agents share the work by coordination, one may have nothing to poll. */
    lookBeside: polling(`shared ${unit} 60`),
    cost: {
      title: `how long ${unit} took no sample`,
      look: sh`${asRoot(`shared ${unit} 5`)} | ${asCeilometer('gap')}`,
    },
    /** Counted from the approval on, when the runbook was written. */
    twice: {
      title: `how many samples ${unit} took too early or twice`,
      look: sh`{ stat -c %Y "$RUN/RUNBOOK.txt"; ${asRoot(`shared ${unit} 5`)}; } | ${asCeilometer('twice')}`,
    },
    seconds: 360,
    remedy: `read /var/log/ceilometer on this host: ${unit} polls no enabled meter, or nothing that it sends arrives. Other agents stay stopped meanwhile.`,
    rules: ['R-CEIL-13', 'R-CEIL-14', 'trap 32'],
  };
}

function agent(
  parts: Pick<ServiceUnit, 'name' | 'on'> & Required<Pick<ServiceUnit, 'part' | 'provedAlone'>>,
): ServiceUnit {
  return {
    ...parts,
    runBy: unitEverywhere(parts.name),
    api: null,
    ready: null,
    gone: null,
    /** Notifications wait in RabbitMQ; what is polled is there to be polled again. */
    strandsNothing: true,
    gracefulStopSeconds: null,
  };
}

function poller(name: string, on: ServiceUnit['on']): ServiceUnit {
  return agent({ name, on, part: 'polling', provedAlone: polls(name) });
}

/** Up to Pike. `ceilometer-api` of 7.0.0 and later is WSGI; without a token it answers 401 at every path (api_paste.ini at 9.0.7). */
const collectorAndApi = {
  api: {
    name: 'ceilometer-api',
    on: 'controller',
    runBy: siteOnUbuntu('ceilometer-api'),
    part: 'api',
    api: { name: 'ceilometer-api', port: 8777, healthPath: '/', alsoAnswers: 401, faces: 'users' },
    ready: null,
    gone: null,
    gracefulStopSeconds: null,
    majors: { to: 9 },
  },
  collector: {
    ...agent({ name: 'ceilometer-collector', on: 'controller', part: 'collector', provedAlone: samplesCollected }),
    majors: { to: 9 },
  },
} as const satisfies Readonly<Record<string, ServiceUnit>>;

/** Source: release note fix-size-metric-units of 26.0.0. The values stay the same. */
const sizes: ChangedUnits = {
  major: 26,
  meters: [
    'memory',
    'memory.*',
    'disk.root.size',
    'disk.ephemeral.size',
    'volume.size',
    'volume.snapshot.size',
    'volume.backup.size',
    'volume.provider.*',
    'manila.share.size',
  ],
  change: 'MB and GB become MiB and GiB',
};

/**
 * Sources: Ceilometer's upgrade guide (R-CEIL-1..32, B.9), fact 12; seen cold from 19.0.0 to 21.0.0. It has no database since
 * Queens; what it keeps are Gnocchi's resource types. Collector and API ended with Pike, workload partitioning with Rocky. What a cloud
 * has of these its versions say (plan/scope/era.ts).
 */
export const ceilometer: Service = {
  name: 'ceilometer',
  title: 'Ceilometer',
  sourcePackages: ['ceilometer'],
  versionPackage: 'ceilometer-common',
  majors: {
    mitaka: 6,
    newton: 7,
    ocata: 8,
    pike: 9,
    queens: 10,
    rocky: 11,
    stein: 12,
    train: 13,
    ussuri: 14,
    victoria: 15,
    wallaby: 16,
    xena: 17,
    yoga: 18,
    zed: 19,
    antelope: 20,
    bobcat: 21,
    caracal: 22,
    dalmatian: 23,
    epoxy: 24,
    flamingo: 25,
    gazpacho: 26,
    hibiscus: 27,
  },
  user: 'ceilometer',
  configFile: '/etc/ceilometer/ceilometer.conf',
  needs: ['keystone', 'gnocchi'],
  /** It only consumes what the others tell. */
  uses: ['glance', 'placement', 'heat'],
  programs: ['telemetry-proof'],
  /**
   * Polling agents first: what they send then still has an agent that takes it, and what that one hands on a collector. Started the other way
   * round: the first new polling agent, which has to poll something, is one of a controller. One of a compute host without instances polls nothing.
   */
  units: [
    collectorAndApi.api,
    poller('ceilometer-agent-ipmi', 'compute'),
    poller('ceilometer-agent-compute', 'compute'),
    poller('ceilometer-polling', 'controller'),
    poller('ceilometer-agent-central', 'controller'),
    agent({
      name: 'ceilometer-agent-notification',
      on: 'controller',
      part: 'notification',
      provedAlone: samplesArrive,
    }),
    collectorAndApi.collector,
  ],
  schemas: [ownDatabase],
  servingMigrations: resourceTypes,
  publishing: {
    program: 'telemetry-facts',
    stores: ['gnocchi'],
    shares: ['ceilometer-polling', 'ceilometer-agent-central'],
    code: 'python3-ceilometer',
    pipelineUnit: 'ceilometer-agent-notification',
    waitingQueues: '^(notifications|metering|event)\\.',
    /** Besides: `ceilometer-pipe-*` of partitioned agents (ocata), and topics that people or a release add, each of which has a `.sample` queue. */
    queues: '^(notifications|metering|event)[.]|^ceilometer|[.]sample$',
    /** What is polled, and samples and events of the publisher `notifier://` without a topic of its own. */
    writes: ['notifications.sample', 'metering.sample', 'event.sample'],
    changedUnits: [sizes],
    collects: { unit: 'ceilometer-collector', from: 'notifier', keeps: 'database' },
    /** `[notification] workload_partitioning`: its agents share the work of a pipeline (fact 7). */
    partitioned: { to: 11 },
  },
  /** Through the API: in a run without Gnocchi it serves all the time. */
  backlog: {
    what: 'measures wait in Gnocchi',
    look: asCeilometer('backlog'),
    isLow: asCeilometer(`backlog ${String(quietMeasures)}`),
  },
  templates: [
    {
      package: 'ceilometer-common',
      packaged: '/usr/share/ceilometer-common/ceilometer.conf',
      running: '/etc/ceilometer/ceilometer.conf',
    },
  ],
  pasteFiles: [],
  passive: [{ package: 'ceilometer-common', question: 'ceilometer/configure_rabbit' }],
  /** `ceilometer-status upgrade check` is an empty sample that always succeeds (B.9). */
  upgradeCheck: null,
  proof: null,
  onlyByName: true,
  keepsElsewhere: null,
  sharedKeys: [],
  flushMemcached: false,
  agentsRoll: true,
  rolling: null,
};
