import type { HostFacts } from '../../catalog/facts';
import type { TransportVerdict } from '../../catalog/platform/transport-url';
import type { UnitFacts } from '../../catalog/platform/systemd';
import type { Plan } from '../../schema/plan';
import { on, packagesOn, toyPlan } from './toy-cloud';

const said = (plan: Plan): string[] => plan.findings.map(({ level, id }) => `${level} ${id}`);

const database = (change: object): ((host: HostFacts) => HostFacts) =>
  on('db1', (host) => ({ ...host, database: host.database === null ? null : { ...host.database, ...change } }));

const settings = (change: Record<string, string>): ((host: HostFacts) => HostFacts) =>
  on('db1', (host) => ({
    ...host,
    database:
      host.database === null ? null : { ...host.database, variables: { ...host.database.variables, ...change } },
  }));

const transport = (verdict: TransportVerdict): ((host: HostFacts) => HostFacts) =>
  packagesOn('ctl2', (one) => ({
    ...one,
    transports: { ...one.transports, heat: verdict },
  }));

const maskedEngine = (unit: UnitFacts): UnitFacts =>
  unit.name === 'heat-engine' ? { ...unit, loaded: false, masked: true, file: '' } : unit;

describe('findings', () => {
  it('has none for a healthy cloud, and a plan with eight phases', () => {
    const plan = toyPlan({});
    expect(said(plan)).toEqual([]);
    expect(plan.phases.map(({ id }) => id)).toEqual([
      'prepare',
      'stop',
      'packages',
      'config',
      'database',
      'start',
      'verify',
      'open',
    ]);
  });

  it.each<[string, Parameters<typeof toyPlan>[0], string[]]>([
    [
      'a host nobody reaches',
      { unread: [{ host: 'ctl2', problem: 'unreachable', sentence: 'ctl2: no route' }] },
      ['blocker host-unread-unreachable@ctl2'],
    ],
    [
      'a host that is another one',
      { unread: [{ host: 'ctl2', problem: 'hostKey', sentence: 'ctl2: wrong key' }] },
      ['blocker host-unread-hostKey@ctl2'],
    ],
    [
      'a user without sudo',
      { unread: [{ host: 'db1', problem: 'sudo', sentence: 'db1: sudo refused' }] },
      ['blocker host-unread-sudo@db1'],
    ],
    ['an unknown series', { request: { to: 'bobkat' } }, ['blocker series-unknown']],
    [
      'a series without a package source',
      { request: { to: 'dalmatian' } },
      ['blocker no-package-source', 'warning skip-level'],
    ],
    ['a target that is older', { request: { to: 'zed' } }, ['blocker no-package-source', 'blocker target-older']],
    ['a series left out', { request: { to: 'caracal' } }, ['warning skip-level']],
    [
      'a service nobody knows',
      { services: ['heat'], request: { services: ['heat', 'hoat'] } },
      ['blocker service-unknown-hoat'],
    ],
    [
      'a nearly full disk',
      {
        change: on('db1', (host) => ({
          ...host,
          fileSystems: [{ path: '/var/lib/openstack-upgrade', mount: '/', availableBytes: 1e9, availableInodes: 1e6 }],
        })),
      },
      ['blocker disk-nearly-full@db1'],
    ],
    [
      'a disk without inodes',
      {
        change: on('ctl1', (host) => ({
          ...host,
          fileSystems: [{ path: '/var/lib/openstack-upgrade', mount: '/', availableBytes: 1e12, availableInodes: 9 }],
        })),
      },
      ['blocker disk-nearly-full@ctl1'],
    ],
    [
      'a package that one host cannot get',
      {
        change: packagesOn('ctl2', (packages) => ({
          ...packages,
          simulation: { installs: [], removes: [], refusal: "E: Version '1:21.0.0' for 'heat-api' was not found" },
        })),
      },
      ['blocker packages-unavailable@ctl2'],
    ],
    [
      'hosts that would get different versions',
      {
        change: packagesOn('ctl2', (packages) => ({
          ...packages,
          simulation: {
            ...packages.simulation,
            installs: packages.simulation.installs.map((one) =>
              one.name === 'heat-api' ? { ...one, target: '1:21.0.1' } : one,
            ),
          },
        })),
      },
      ['blocker versions-differ-heat-api'],
    ],
    [
      'a removal',
      {
        change: packagesOn('ctl1', (one) => ({ ...one, simulation: { ...one.simulation, removes: ['nova-common'] } })),
      },
      ['blocker packages-removed@ctl1'],
    ],
    [
      'a lock of apt',
      { change: packagesOn('ctl1', (one) => ({ ...one, apt: { ...one.apt, lockHolder: '812 apt-get' } })) },
      ['blocker apt-locked@ctl1'],
    ],
    [
      'a half-configured dpkg',
      { change: packagesOn('ctl1', (one) => ({ ...one, apt: { ...one.apt, audit: 'heat-api is half-configured' } })) },
      ['blocker dpkg-half-configured@ctl1'],
    ],
    [
      'a stack in work',
      { change: database({ workInFlight: { heat: [{ id: '1', name: 'web', action: 'CREATE', since: '03:00' }] } }) },
      ['warning stacks-in-work@db1'],
    ],
    [
      'a table that is not InnoDB',
      {
        change: database({
          schemas: [
            {
              name: 'heat',
              characterSet: 'utf8mb4',
              bytes: 1,
              largestTableBytes: 1,
              tables: 2,
              nonInnoDb: ['raw_template (MyISAM)'],
            },
          ],
        }),
      },
      ['blocker not-innodb-heat@db1'],
    ],
    [
      'triggers that the server refuses',
      { change: database({ variables: { log_bin: 'ON', log_bin_trust_function_creators: 'OFF' } }) },
      ['blocker triggers-refused@db1'],
    ],
    [
      'another run on the same cloud',
      { change: on('db1', (host) => ({ ...host, leftovers: { ...host.leftovers, lock: 'run=7 by=bo' } })) },
      ['blocker cloud-locked@db1'],
    ],
    [
      'a host that a person has taken over',
      { change: on('ctl2', (host) => ({ ...host, leftovers: { ...host.leftovers, takenOver: 'since 03:00 bo' } })) },
      ['blocker taken-over@ctl2'],
    ],
    [
      'a schema that its own release has not finished',
      {
        change: packagesOn('ctl1', (one) => ({
          ...one,
          services: {
            ...one.services,
            heat: {
              database: { name: 'heat', user: 'heat', host: 'db' },
              revision: { current: ['85'], head: ['86'] },
              unreadable: null,
            },
          },
        })),
      },
      ['blocker schema-not-at-head-heat@ctl1'],
    ],
    [
      'an option that the target has lost',
      {
        change: packagesOn('ctl1', (one) => ({
          ...one,
          options: {
            '/etc/heat/heat.conf': { removed: ['[DEFAULT] old_way'], added: [], gone: ['[DEFAULT] old_way'] },
          },
        })),
      },
      ['warning option-removed-DEFAULT.old_way@ctl1', 'note template-changed-/etc/heat/heat.conf@ctl1'],
    ],
    [
      'deleted rows that make the migration long',
      { change: database({ debts: { 'heat/deleted-stacks': 2_400_000, 'heat/dead-engines': 0 } }) },
      ['warning deleted-stacks@db1'],
    ],
    [
      'rows that could not be counted',
      { change: database({ debts: { 'keystone/deleted-trusts': null } }) },
      ['warning deleted-trusts@db1'],
    ],
    [
      'as many deleted rows as are tolerated, and dead engines',
      { change: database({ debts: { 'heat/deleted-stacks': 100_000, 'heat/dead-engines': 3 } }) },
      ['note dead-engines@db1'],
    ],
    [
      'a server that is not set up as the guide says',
      {
        change: settings({
          max_connections: '151',
          max_used_connections: '140',
          innodb_file_per_table: 'OFF',
          bind_address: '0.0.0.0',
        }),
      },
      ['warning connections-scarce@db1', 'warning one-file-for-all-tables@db1', 'note server-settings@db1'],
    ],
    [
      'a schema in an old character set',
      {
        change: database({
          schemas: [{ name: 'heat', characterSet: 'latin1', bytes: 1, largestTableBytes: 1, tables: 2, nonInnoDb: [] }],
        }),
      },
      ['warning character-set-heat@db1'],
    ],
    [
      'a transaction that is open for long',
      {
        change: database({
          longTransactions: [
            { connection: '12', user: 'backup', schema: 'heat', seconds: 900 },
            { connection: '13', user: 'ana', schema: 'nova', seconds: 900 },
          ],
        }),
      },
      ['warning long-transactions@db1'],
    ],
    [
      'a long transaction elsewhere',
      {
        change: database({
          longTransactions: [{ connection: '13', user: 'ana', schema: 'nova', seconds: 900 }],
        }),
      },
      [],
    ],
    [
      'no room for the copy of a table',
      {
        change: on('db1', (host) => ({
          ...host,
          fileSystems: [
            ...host.fileSystems,
            { path: '/var/lib/mysql', mount: '/data', availableBytes: 1.9e6, availableInodes: 1e6 },
          ],
        })),
      },
      ['blocker no-room-to-alter@db1'],
    ],
    [
      'a load balancer that keeps connections which the servers close',
      {
        change: on('lb1', (host) => ({
          ...host,
          loadBalancer:
            host.loadBalancer === null ? null : { ...host.loadBalancer, keepAlive: ['heat_api', 'horizon'] },
        })),
      },
      ['note keep-alive-heat_api@lb1'],
    ],
    [
      'package lists and a key that expire too soon',
      {
        change: packagesOn('ctl1', (one) => ({
          ...one,
          lists: {
            listExpires: { inSeconds: 7200, what: 'mirror_Release' },
            keyExpires: { inSeconds: 71 * 3600, what: '/etc/apt/keyrings/cloud.gpg' },
            keysRead: true,
          },
        })),
      },
      ['warning package-lists-expire@ctl1', 'warning source-key-expires@ctl1'],
    ],
    [
      'lists and a key that last, and one that nobody can read',
      {
        change: packagesOn('ctl1', (one) => ({
          ...one,
          lists: {
            listExpires: { inSeconds: 72 * 3600, what: 'mirror_Release' },
            keyExpires: null,
            keysRead: false,
          },
        })),
      },
      ['note source-key-unread'],
    ],
    [
      'a password of RabbitMQ with a slash',
      { change: transport('slashInPassword') },
      ['blocker transport-url-heat@ctl2'],
    ],
    ['a transport_url that is none', { change: transport('unparsable') }, ['blocker transport-url-heat@ctl2']],
    ['a service that sends no messages', { change: transport('unset') }, []],
    [
      'a masked unit',
      { change: packagesOn('ctl1', (one) => ({ ...one, units: one.units.map(maskedEngine) })) },
      ['blocker unit-masked-heat-engine@ctl1'],
    ],
    [
      "a unit that is not the package's",
      {
        change: packagesOn('ctl1', (one) => ({
          ...one,
          units: one.units.map((unit) =>
            unit.name === 'heat-api' ? { ...unit, file: '/etc/systemd/system/heat-api.service' } : unit,
          ),
        })),
      },
      ['warning unit-own-heat-api@ctl1'],
    ],
    [
      'Python software that the new libraries would break',
      {
        controllers: ['ctl1'],
        request: { services: ['heat'] },
        change: packagesOn('ctl1', (one) => ({
          ...one,
          simulation: {
            ...one.simulation,
            installs: one.simulation.installs.filter(({ name }) => name.includes('heat')),
          },
          brokenRequirements: [
            { package: 'python3-keystone', distribution: 'keystone', needs: 'oslo.messaging<14.1', gets: '14.1.0' },
            { package: null, distribution: 'billing', needs: 'oslo.messaging<14.1', gets: '14.1.0' },
          ],
        })),
      },
      ['blocker requirement-broken-keystone@ctl1', 'warning requirement-broken-billing@ctl1'],
    ],
    [
      'requirements that nobody could read',
      { change: packagesOn('ctl1', (one) => ({ ...one, brokenRequirements: null })) },
      ['warning requirements-unread@ctl1'],
    ],
    [
      'a clock that is off',
      { change: on('ctl2', (host) => ({ ...host, clockOffsetSeconds: -7.25 })) },
      ['blocker clock-off@ctl2'],
    ],
    [
      'configuration management that would undo the plan',
      { change: on('ctl1', (host) => ({ ...host, otherHands: ['puppet'] })) },
      ['warning other-hands@ctl1'],
    ],
    [
      'keys that differ between controllers',
      {
        change: (host) => ({
          ...host,
          packages:
            host.packages === null
              ? null
              : { ...host.packages, sharedKeys: { '/etc/keystone/fernet-keys': host.host } },
        }),
      },
      ['blocker keys-differ-/etc/keystone/fernet-keys'],
    ],
    [
      'configuration that nobody merged',
      { change: packagesOn('ctl1', (one) => ({ ...one, unmergedFiles: ['/etc/heat/policy.d/x.yaml.dpkg-dist'] })) },
      ['note unmerged-configuration@ctl1'],
    ],
    [
      'nothing to do',
      {
        change: (host) => ({
          ...host,
          packages:
            host.packages === null
              ? null
              : { ...host.packages, simulation: { installs: [], removes: [], refusal: null } },
        }),
      },
      ['blocker nothing-to-do'],
    ],
  ])('says %s', (_what, toy, expected) => {
    expect(said(toyPlan(toy))).toEqual(expected);
  });

  it('plans no phase while there is a blocker', () => {
    const plan = toyPlan({ request: { to: 'zed' } });
    expect(plan.phases).toEqual([]);
    expect(plan.finally).toEqual({ always: [], resolved: [] });
  });

  it('gives every finding a remedy and a source', () => {
    const plan = toyPlan({
      request: { to: 'caracal' },
      change: database({ workInFlight: { heat: [{ id: '1', name: 'w', action: 'CREATE', since: 'now' }] } }),
    });
    expect(plan.findings.length).toBe(2);
    for (const { remedy, sources, text } of plan.findings) {
      expect([remedy.length > 10, sources.length > 0, text.length > 10]).toEqual([true, true, true]);
    }
  });

  it('plans for packages that somebody holds as for all others', () => {
    const held = toyPlan({
      change: packagesOn('ctl1', (one) => ({
        ...one,
        apt: { ...one.apt, holds: ['heat-common'] },
        installed: one.installed.map((each) => ({ ...each, state: 'hi' })),
      })),
    });
    expect(said(held)).toEqual(['note held-heat-common@ctl1']);
    expect(held.phases).toEqual(toyPlan({}).phases);
  });

  it('asks for services together when a library is shared with one that stays', () => {
    const plan = toyPlan({
      services: ['keystone', 'heat'],
      request: { services: ['heat'] },
      change: packagesOn('ctl1', (one) => ({
        ...one,
        simulation: {
          ...one.simulation,
          installs: [
            ...one.simulation.installs.filter(({ name }) => name.includes('heat')),
            { name: 'python3-oslo.messaging', installed: '14.0.3-1', target: '14.1.0-0lab1' },
          ],
        },
      })),
    });
    expect(said(plan)).toContain('warning shared-libraries@ctl1');
  });
});
