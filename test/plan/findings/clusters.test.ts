import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFacts } from '../../../catalog/facts';
import { clusterFindings } from '../../../plan/findings/clusters';

const factOf = (fixture: string): Record<string, string> =>
  (
    JSON.parse(readFileSync(join(__dirname, '../../catalog/readers/variables', `${fixture}.json`), 'utf8')) as {
      fact: Record<string, string>;
    }
  ).fact;
const alone = factOf('galera-alone-and-primary');

/** Only what the findings of clusters read. */
const databaseHost = (host: string, variables: Record<string, string>): HostFacts =>
  ({ host, database: { login: true, variables: { ...alone, ...variables } }, broker: null }) as unknown as HostFacts;
const brokerHost = (host: string, ...members: string[]): HostFacts =>
  ({ host, database: null, broker: { cluster: { members, running: members } } }) as unknown as HostFacts;

const found = (...hosts: HostFacts[]): string[] => clusterFindings({ hosts }).map(({ level, id }) => `${level} ${id}`);
const uuid = (digit: string): Record<string, string> => ({ wsrep_cluster_state_uuid: `${digit}771c664` });

describe('clusters, asked of all their hosts', () => {
  it('refuses three Galera nodes that are each alone, Primary and Synced', () => {
    expect(alone).toMatchObject({ wsrep_cluster_status: 'Primary', wsrep_local_state_comment: 'Synced' });
    expect(
      found(databaseHost('db1', uuid('1')), databaseHost('db2', uuid('2')), databaseHost('db3', uuid('2'))),
    ).toEqual([
      'blocker galera-split',
      'blocker galera-incomplete@db1',
      'blocker galera-incomplete@db2',
      'blocker galera-incomplete@db3',
    ]);
  });

  it('refuses nodes of one origin that have lost each other', () => {
    const lost = (host: string): HostFacts => databaseHost(host, { wsrep_cluster_size: '1' });
    expect(found(lost('db1'), lost('db2'))).toEqual(['blocker galera-incomplete@db1', 'blocker galera-incomplete@db2']);
  });

  it('refuses a database host that stands beside the cluster', () => {
    expect(found(databaseHost('db1', {}), databaseHost('db2', { wsrep_on: 'OFF' }))).toEqual(['blocker galera-split']);
  });

  it('says that a size was not read rather than compare with nothing', () => {
    const rest = Object.fromEntries(Object.entries(alone).filter(([name]) => name !== 'wsrep_cluster_size'));
    const host = { host: 'db1', database: { login: true, variables: rest }, broker: null } as unknown as HostFacts;
    expect(clusterFindings({ hosts: [host] })[0]?.text).toContain('a cluster of unknown size');
  });

  it('is content with one cluster, also when it has a member more than the cloud file', () => {
    const three = { wsrep_cluster_size: '3' };
    expect(found(databaseHost('db1', three), databaseHost('db2', three))).toEqual([]);
    expect(found(databaseHost('db1', {}))).toEqual([]);
  });

  it('refuses several servers that are no cluster: the dump would be of the first by name', () => {
    const plain = { wsrep_on: 'OFF' };
    expect(found(databaseHost('db1', plain), databaseHost('db2', plain))).toEqual(['blocker database-hosts-apart']);
    expect(found(databaseHost('db1', plain))).toEqual([]);
  });

  it('names members that serve clients and are in no cloud file, and no arbitrator, which has no address', () => {
    const three = (addresses: string): Record<string, string> => ({
      wsrep_cluster_size: '3',
      wsrep_incoming_addresses: addresses,
    });
    const seen = (addresses: string): string[] =>
      found(databaseHost('db1', three(addresses)), databaseHost('db2', three(addresses)));
    expect(seen('192.0.2.21:3306,192.0.2.22:3306,192.0.2.23:3306')).toEqual(['warning galera-members-unnamed']);
    expect(seen('192.0.2.21:3306,192.0.2.22:3306,')).toEqual([]);
    expect(found(databaseHost('db1', factOf('galera-two-servers')))).toEqual(['warning galera-members-unnamed']);
  });

  it('refuses a service that is connected to a server which the cloud file does not name', () => {
    const service = (hostname: string, cluster: string): HostFacts =>
      ({
        host: 'ctl1',
        database: null,
        broker: null,
        packages: {
          schemas: {
            heat: { database: { name: 'heat', user: 'heat', host: 'db.vip', server: { hostname, cluster } } },
          },
        },
      }) as unknown as HostFacts;
    const plain = databaseHost('db1', { wsrep_on: 'OFF', hostname: 'db1', wsrep_cluster_state_uuid: '' });
    expect(found(plain, service('db1', ''))).toEqual([]);
    expect(found(plain, service('old-db', ''))).toEqual(['blocker database-elsewhere-heat@ctl1']);
    const galera = databaseHost('db1', { hostname: 'db1', ...uuid('1'), wsrep_cluster_size: '2' });
    expect(found(galera, service('db2', '1771c664'))).toEqual([]);
    expect(found(galera, service('db2', '2771c664'))).toEqual(['blocker database-elsewhere-heat@ctl1']);
  });

  it('refuses two brokers that are two clusters', () => {
    expect(found(brokerHost('mq1', 'rabbit@mq1'), brokerHost('mq2', 'rabbit@mq2'))).toEqual(['blocker brokers-apart']);
    const both = ['rabbit@mq1', 'rabbit@mq2'];
    expect(found(brokerHost('mq1', ...both), brokerHost('mq2', ...both))).toEqual([]);
  });
});
