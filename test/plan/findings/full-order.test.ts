import { services } from '../../../catalog/services';
import type { Plan } from '../../../schema/plan';
import { movedByPeople, on, unreadBalancer } from '../../support/cloud-changes';
import { toyPlan, type ToyOptions } from '../../support/planned';

const order = ({ findings }: Plan): string[] =>
  findings.filter(({ id }) => id.startsWith('order-')).map(({ level, id, text }) => `${level} ${id}: ${text}`);
const wants = (full: 'staged' | 'allAtOnce'): Pick<ToyOptions, 'request'> => ({
  request: { options: { full: { order: full } } },
});
const phases = ({ phases: all }: Plan): string[] => all.map(({ id }) => id);

describe('the order of a full upgrade', () => {
  it('is the one with the shorter outage, with the reason: an engine that leaves costs more than a few packages', () => {
    expect(order(toyPlan({}))).toEqual([
      'note order-all-at-once: Every host gets its packages while the APIs are closed (allAtOnce). Shorter outage: packages would take ' +
        'some 11 s with everything closed, less than the 25 s for which everything closes while an engine leaves.',
    ]);
    const without = toyPlan({ services: ['keystone', 'glance'] });
    expect(order(without)).toEqual([
      'note order-staged: ctl1 gets the new packages while ctl2 serves alone, and then serves alone while ctl2 gets them (staged). ' +
        'Shorter outage: packages would take some 8 s with everything closed.',
    ]);
    expect(phases(without)).toContain('lead-leaves');
  });

  it('is what the request wants', () => {
    expect(phases(toyPlan(wants('staged')))).toEqual([
      'prepare',
      'lead-leaves',
      'lead-code',
      'stop',
      'database',
      'start',
      'verify',
      'open',
      'rest-code',
      'rest-joins',
      'verify-rest',
    ]);
    const all = { services: services.map(({ name }) => name) };
    expect(phases(toyPlan({ ...all, ...wants('allAtOnce') }))).not.toContain('lead-leaves');
  });

  it.each<readonly [string, ToyOptions, string]>([
    ['one controller', { controllers: ['ctl1'] }, 'heat-api, heat-api-cfn and heat-engine run on one host alone'],
    [
      'people at the load balancer',
      { loadBalancer: movedByPeople, change: unreadBalancer },
      'people move the servers of the load balancer',
    ],
    [
      'a server that is out of rotation',
      {
        change: on('lb1', (host) => ({
          ...host,
          loadBalancer:
            host.loadBalancer === null
              ? null
              : {
                  ...host.loadBalancer,
                  servers: host.loadBalancer.servers.map((one) =>
                    one.server === 'ctl2' ? { ...one, administration: 'maint' as const } : one,
                  ),
                },
        })),
      },
      'no server of heat-api on ctl2 is in rotation',
    ],
  ])('is refused where one half could not serve alone: %s', (_, toy, why) => {
    const refused = toyPlan({ services: ['heat'], ...toy, ...wants('staged') });
    expect(order(refused)).toEqual([expect.stringMatching(new RegExp(`^blocker order-not-possible: .*${why}`))]);
    expect(refused.phases).toEqual([]);
    expect(order(toyPlan({ services: ['heat'], ...toy }))).toEqual([
      expect.stringMatching(new RegExp(`^note order-all-at-once: .*A staged order is not possible: .*${why}`)),
    ]);
  });
});
