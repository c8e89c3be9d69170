import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFacts } from '../../../catalog/facts';
import { clusterFindings } from '../../../plan/findings/clusters';

const alone = (
  JSON.parse(
    readFileSync(join(__dirname, '../../catalog/readers/variables/galera-alone-and-primary.json'), 'utf8'),
  ) as { fact: Record<string, string> }
).fact;

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

  it('refuses two brokers that are two clusters', () => {
    expect(found(brokerHost('mq1', 'rabbit@mq1'), brokerHost('mq2', 'rabbit@mq2'))).toEqual(['blocker brokers-apart']);
    const both = ['rabbit@mq1', 'rabbit@mq2'];
    expect(found(brokerHost('mq1', ...both), brokerHost('mq2', ...both))).toEqual([]);
  });
});
