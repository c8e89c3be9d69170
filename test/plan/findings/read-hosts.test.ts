import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFacts, PackageFacts } from '../../../catalog/facts';
import type { LibraryUser } from '../../../catalog/platform/library-users';
import type { LoadBalancerFacts } from '../../../catalog/platform/haproxy';
import type { DatabaseServerFacts } from '../../../catalog/platform/mariadb';
import type { BrokerFacts } from '../../../catalog/platform/rabbitmq';
import { on, packagesOn } from '../../support/cloud-changes';
import { toyPartialPlan, toyPlan } from '../../support/planned';
import { said } from './said';

/** What real hosts printed, as the readers understand it: the same files hold the readers. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it names what the file holds
const factOf = <Fact>(fixture: string): Fact =>
  (JSON.parse(readFileSync(join(__dirname, '../../catalog/readers', `${fixture}.json`), 'utf8')) as { fact: Fact })
    .fact;

const database = (...changes: Partial<DatabaseServerFacts>[]): ((host: HostFacts) => HostFacts) =>
  on('db1', (host) => ({
    ...host,
    database: host.database === null ? null : (Object.assign({}, host.database, ...changes) as DatabaseServerFacts),
  }));

const balancer = (change: (facts: LoadBalancerFacts) => LoadBalancerFacts): ((host: HostFacts) => HostFacts) =>
  on('lb1', (host) => ({ ...host, loadBalancer: host.loadBalancer === null ? null : change(host.loadBalancer) }));

const weightless = balancer((facts) => ({
  ...facts,
  servers: facts.servers.map((one) =>
    one.backend === 'heat_api' && one.server === 'ctl2' ? { ...one, weight: 0 } : one,
  ),
}));

const packages = (change: Partial<PackageFacts>): ((host: HostFacts) => HostFacts) =>
  packagesOn('ctl1', (one) => ({ ...one, ...change }));

const unit = (name: string, change: object): ((host: HostFacts) => HostFacts) =>
  packagesOn('ctl1', (one) => ({
    ...one,
    units: one.units.map((each) => (each.name === name ? { ...each, ...change } : each)),
  }));

/** A process of Python that uses what the run replaces. */
const program: LibraryUser = {
  unit: null,
  owners: [],
  commands: [],
  processes: 1,
  uses: ['python3-heat'],
  seen: ['required'],
  listens: [],
  replaced: [],
};

const missing = (...missingTools: string[]): ((host: HostFacts) => HostFacts) =>
  on('db1', (host) => ({ ...host, missingTools }));

describe('what real hosts printed becomes a finding', () => {
  it.each<[string, (host: HostFacts) => HostFacts, string[]]>([
    [
      'a partition of RabbitMQ, in which every node is well in its own eyes',
      on('mq1', (host) => ({ ...host, broker: factOf<BrokerFacts>('broker/rabbitmq-3.10-partitioned') })),
      ['blocker broker-ill@mq1'],
    ],
    [
      'a node of RabbitMQ that is missing',
      on('mq1', (host) => ({ ...host, broker: factOf<BrokerFacts>('broker/rabbitmq-4.3-other-node-stopped') })),
      ['blocker broker-ill@mq1'],
    ],
    ['MySQL where MariaDB is wanted', database(factOf('server/mysql-8.0-ubuntu')), ['blocker not-mariadb@db1']],
    ['MySQL that a client of MariaDB reaches', database(factOf('server/mysql-9.7')), ['blocker not-mariadb@db1']],
    ['a password for root', database(factOf('server/mariadb-password-wanted')), ['blocker database-login@db1']],
    [
      'work that could not be asked for',
      database({ workInFlight: { heat: factOf('work/no-schema') } }),
      ['blocker work-unread-heat@db1'],
    ],
    [
      'transactions that could not be asked for',
      database({ longTransactions: factOf('transactions/mariadb-password-wanted') }),
      ['warning transactions-unread@db1'],
    ],
    [
      'a client of the database that a file of root leads to another server',
      database({ connection: factOf('sql-connection/my-cnf-leads-to-another-host') }),
      ['blocker database-client-elsewhere@db1'],
    ],
    [
      'a client of the database that goes over the network to its own server',
      database({ connection: factOf('sql-connection/my-cnf-with-loopback') }),
      [],
    ],
    [
      'a client of the database that cuts lists',
      database({ connection: factOf('sql-connection/my-cnf-with-safe-updates') }),
      ['blocker database-client-cuts@db1'],
    ],
    [
      'a client of the database that draws tables',
      database({ connection: factOf('sql-connection/my-cnf-with-table-and-tee') }),
      ['blocker database-unread@db1'],
    ],
    [
      'a Galera server that is desynced',
      database({ variables: factOf('variables/galera-desynced') }),
      ['blocker galera-not-synced@db1', 'warning galera-members-unnamed', 'note server-settings@db1'],
    ],
    [
      'settings of the database server that could not be asked for',
      database({ connection: null }),
      ['blocker database-unread@db1'],
    ],
    [
      'schemas that could not be listed',
      database({ schemas: factOf('schemas/mariadb-stopped') }),
      ['blocker schema-absent-heat@db1', 'blocker schema-absent-keystone@db1'],
    ],
    [
      'a node of RabbitMQ in maintenance mode, which runs and takes no clients',
      on('mq1', (host) => ({ ...host, broker: factOf<BrokerFacts>('broker/rabbitmq-3.10-maintenance') })),
      ['blocker broker-ill@mq1'],
    ],
    [
      'a node of RabbitMQ whose listeners are suspended',
      on('mq1', (host) => ({ ...host, broker: factOf<BrokerFacts>('broker/rabbitmq-3.10-listeners-suspended') })),
      ['blocker broker-ill@mq1'],
    ],
    [
      'a package without Maintainer, which is no trouble',
      packagesOn('ctl1', (one) => ({
        ...one,
        apt: { ...one.apt, audit: factOf('audit/a-package-without-maintainer') },
      })),
      [],
    ],
    [
      'btrfs, which counts no inodes',
      on('ctl1', (host) => ({
        ...host,
        fileSystems: factOf<HostFacts['fileSystems']>('space/btrfs').map((one) => ({ ...one, availableBytes: 5e10 })),
      })),
      [],
    ],
    [
      'a file system that could not be read',
      on('ctl1', (host) => ({ ...host, fileSystems: [] })),
      ['warning disk-unread@ctl1'],
    ],
    [
      'a clock that could not be read',
      on('ctl1', (host) => ({ ...host, clockOffsetSeconds: null })),
      ['warning clock-unread@ctl1'],
    ],
    ['a server of weight 0', weightless, ['warning server-not-serving-heat_api-ctl2@lb1']],
    [
      'a backup server',
      balancer((facts) => ({
        ...facts,
        servers: facts.servers.map((one) => ({ ...one, backup: one.backend === 'heat_api' && one.server === 'ctl2' })),
      })),
      ['note backup-server-heat_api-ctl2@lb1'],
    ],
    [
      'a bind line with a variable',
      balancer((facts) => ({
        ...facts,
        notUnderstood: factOf<LoadBalancerFacts>('load-balancer/haproxy-3.0-binds').notUnderstood,
      })),
      ['warning bind-not-understood@lb1'],
    ],
    [
      'a socket of level operator',
      balancer(() => factOf('load-balancer/haproxy-2.6-level-operator')),
      ['blocker load-balancer-closed@lb1'],
    ],
    [
      'the socket of the master process of HAProxy',
      balancer(() => factOf('load-balancer/haproxy-2.6-master-socket')),
      ['blocker load-balancer-closed@lb1'],
    ],
    [
      'several processes of HAProxy, each with states of its own',
      balancer(() => factOf('load-balancer/haproxy-2.2-two-processes')),
      ['blocker load-balancer-processes@lb1'],
    ],
    [
      'a HAProxy whose files are nowhere',
      balancer((facts) => ({ ...facts, configurationUnread: true })),
      ['warning load-balancer-unread@lb1'],
    ],
    [
      'an API whose front end nobody understands: nothing is watched',
      balancer((facts) => ({ ...facts, listeners: facts.listeners.filter(({ port }) => port !== 8004) })),
      ['warning not-watched-heat-api'],
    ],
    [
      'engines that a template unit of somebody runs',
      packages({ libraryUsers: [{ ...program, unit: 'heat-engine@1.service', commands: ['heat-engine'] }] }),
      ['blocker runs-beside-heat-engine@ctl1', 'warning replaced-under-heat-engine@1'],
    ],
    [
      'an engine that somebody has started in a session',
      packages({ libraryUsers: [{ ...program, unit: 'session-3.scope', commands: ['heat-engine'] }] }),
      ['blocker runs-beside-heat-engine@ctl1', 'note libraries-in-sessions@ctl1'],
    ],
    [
      'an API that an emperor of uwsgi serves in place of its unit',
      (host) =>
        packages({
          libraryUsers: [
            { ...program, unit: 'uwsgi-emperor.service', commands: ['uwsgi'], listens: ['192.0.2.11:8004'] },
          ],
        })(unit('heat-api', { active: false, enabled: 'disabled' })(host)),
      ['blocker runs-beside-heat-api@ctl1', 'warning not-running-heat-api@ctl1'],
    ],
    [
      'a program of somebody on the port of an API whose unit runs, at an address of its own',
      packages({
        libraryUsers: [{ ...program, unit: 'site.service', commands: ['python3'], listens: ['127.0.0.1:8000'] }],
      }),
      [],
    ],
    [
      'a unit that systemd cannot load',
      unit('heat-api', { loaded: false, active: false, broken: 'bad-setting' }),
      ['blocker unit-broken-heat-api@ctl1'],
    ],
    [
      'modules that pip has put before those of the packages',
      packages({
        files: {
          altered: [],
          missing: [],
          keptScripts: [],
          diverted: [],
          shadowing: ['/usr/local/lib/python3.11/dist-packages/heat'],
        },
      }),
      ['warning files-shadowed@ctl1'],
    ],
    [
      'Keystone in Apache, without a unit of its own',
      unit('keystone', { loaded: false, active: false }),
      ['blocker units-absent-keystone@ctl1'],
    ],
    [
      'a drop-in that systemd reads last',
      unit('heat-engine', { dropIns: ['/etc/systemd/system/heat-engine.service.d/zzz-site.conf'] }),
      ['warning unit-overridden-heat-engine@ctl1'],
    ],
    [
      'a unit whose workers outlive its stop',
      unit('heat-engine', { killMode: 'process' }),
      ['warning unit-leaves-children-heat-engine@ctl1'],
    ],
    [
      'a drop-in that systemd reads before',
      unit('heat-engine', { dropIns: ['/etc/systemd/system/heat-engine.service.d/override.conf'] }),
      [],
    ],
    [
      'a transport_url that could not be looked at',
      packages({ transports: { keystone: 'unset', heat: factOf('transport/no-user') } }),
      ['warning transport-url-unread-heat@ctl1'],
    ],
    [
      'a transport_url that oslo.messaging refuses',
      packages({ transports: { keystone: 'unset', heat: factOf('transport/bracket-in-password') } }),
      ['blocker transport-url-heat@ctl1'],
    ],
  ])('%s', (_what, change, findings) => {
    expect(said(toyPlan({ change }))).toEqual(findings);
  });

  it('tells why a Galera server is not synced', () => {
    const { findings } = toyPlan({ change: database({ variables: factOf('variables/galera-desynced') }) });
    expect(findings.find(({ id }) => id === 'galera-not-synced@db1')?.text).toBe(
      'This Galera node is Primary, Donor/Desynced: wsrep_desync is ON, as a backup sets it.',
    );
  });

  it('waits for no server that was down before and is on no host of the cloud file', () => {
    const change = balancer((facts) => ({
      ...facts,
      servers: facts.servers.flatMap((one) => [
        one,
        { ...one, server: `old-${one.server}`, address: '192.0.2.99', up: false },
      ]),
    }));
    const waits = toyPlan({ change })
      .phases.flatMap(({ batches }) => batches.flatMap(({ steps }) => steps))
      .filter(({ id }) => id === 'open/up')
      .flatMap((step) => (step.kind === 'probe' ? [step.script] : []));
    expect(waits).toHaveLength(1);
    expect(waits[0]).toMatch(/ s='?ctl1'?/);
    expect(waits[0]).not.toContain('old-ctl1');
  });

  it('refuses to roll over a server of weight 0, which gets no request', () => {
    expect(said(toyPartialPlan({ change: weightless }))).toContain('blocker not-in-rotation-heat-api@ctl2');
  });

  it("names packages and not programs, and never MariaDB's on a host of MySQL", () => {
    const remedies = (change: (host: HostFacts) => HostFacts): string[] =>
      toyPlan({ change }).findings.flatMap(({ id, remedy }) => (id.startsWith('tools-missing') ? [remedy] : []));
    expect(remedies(missing('flock', 'setsid', 'zstd', 'gzip'))).toEqual([
      'Install the packages util-linux, zstd; check first, with apt-get -s, that nothing is removed.',
    ]);
    const mysql = database(factOf('server/mysql-8.0-ubuntu'));
    expect(remedies((host) => mysql(missing('mariadb', 'mariadb-dump')(host)))).toEqual([]);
  });
});
