import type { HostFacts } from '../../../catalog/facts';
import { frontsApart, movedByPeople, packagesOn, unreadBalancer } from '../../support/cloud-changes';
import { toyPlan } from '../../support/planned';

const early = (toy: Parameters<typeof toyPlan>[0]): string | undefined =>
  toyPlan(toy).findings.find(({ id }) => id === 'opens-early-keystone')?.text;

const called = (host: string) => ({ interface: 'internal', host, port: 5000, addresses: [] }) as const;

const lost = 'What users write there before the last gate is lost if the databases are restored.';
const begins = 'Keystone serves from its start on, because Heat needs it.';

/** One address for the public and the internal endpoint. */
function oneFront(host: HostFacts): HostFacts {
  const endpoints = (['public', 'internal'] as const).map((is) => ({
    interface: is,
    host: '192.0.2.31',
    port: 5000,
    addresses: [],
  }));
  return { ...host, database: host.database === null ? null : { ...host.database, endpoints } };
}

describe('a service that others need opens before the gate', () => {
  it.each([
    [
      'one front end for all',
      { change: oneFront },
      'Users and other services come in through the same front end (keystone).',
    ],
    [
      'front ends of which nothing is known',
      {},
      "Who comes in through keystone is not known: no endpoint in Keystone's catalogue leads there.",
    ],
    [
      'a load balancer that people move',
      { loadBalancer: movedByPeople, change: unreadBalancer },
      'The load balancer does not tell users and other services apart.',
    ],
  ])('%s: the plan says what it means', (_, toy, why) => {
    expect(early(toy)).toBe(`${begins} ${why} ${lost}`);
  });

  it.each([
    ['a service that calls Keystone at the front end of users', [called('192.0.2.31')]],
    ['hosts whose configuration could not be read', null],
  ])('%s: nobody is kept out', (_, keystoneUrls) => {
    const apart = (host: HostFacts): HostFacts =>
      packagesOn('ctl2', (packages) => ({ ...packages, keystoneUrls }))(frontsApart(host));
    expect(early({ change: apart })).toContain(begins);
    expect(JSON.stringify(toyPlan({ change: apart }).phases)).not.toContain('disable frontend');
    expect(JSON.stringify(toyPlan({ change: frontsApart }).phases)).toContain('disable frontend');
  });

  it('says nothing where users have a front end of their own, or where nothing needs it', () => {
    expect([early({ change: frontsApart }), early({ services: ['keystone'] })]).toEqual([undefined, undefined]);
  });
});
