import type { HostFacts } from '../../../catalog/facts';
import type { TransportVerdict } from '../../../catalog/platform/transport-url';
import type { UnitFacts } from '../../../catalog/platform/systemd';
import { said } from './said';
import { packagesOn } from '../../support/cloud-changes';
import { toyPlan } from '../../support/planned';

const transport = (verdict: TransportVerdict): ((host: HostFacts) => HostFacts) =>
  packagesOn('ctl2', (one) => ({
    ...one,
    transports: { ...one.transports, heat: verdict },
  }));

const maskedEngine = (unit: UnitFacts): UnitFacts =>
  unit.name === 'heat-engine' ? { ...unit, loaded: false, masked: true, file: '' } : unit;

describe('findings about services, their configuration and units', () => {
  it.each<[string, Parameters<typeof toyPlan>[0], string[]]>([
    [
      'a service nobody knows',
      { services: ['heat'], request: { services: ['heat', 'hoat'] } },
      ['blocker service-unknown-hoat'],
    ],
    [
      'an option that the target has lost',
      {
        change: packagesOn('ctl1', (one) => ({
          ...one,
          options: {
            '/etc/heat/heat.conf': {
              removed: ['[DEFAULT] old_way'],
              added: [],
              changed: [],
              gone: ['[DEFAULT] old_way'],
            },
          },
        })),
      },
      ['warning option-removed-DEFAULT.old_way@ctl1', 'note template-changed-/etc/heat/heat.conf@ctl1'],
    ],
    [
      'a password of RabbitMQ with a slash',
      { change: transport('slashInPassword') },
      ['blocker transport-url-heat@ctl2'],
    ],
    [
      'a service that keeps data outside its database',
      { services: ['keystone', 'glance'] },
      ['note data-outside-database-glance'],
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
  ])('says %s', (_what, toy, expected) => {
    expect(said(toyPlan(toy))).toEqual(expected);
  });
});
