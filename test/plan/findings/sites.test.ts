import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFacts, PackageFacts } from '../../../catalog/facts';
import type { ApacheFacts } from '../../../catalog/platform/apache';
import type { Plan } from '../../../schema/plan';
import { keystoneSite, on, packagesOn, siteFile, sitesOfApache } from '../../support/cloud-changes';
import { toyPlan } from '../../support/planned';
import { said } from './said';

/** What a real Apache printed, as the reader understands it. */
const real = (name: string): ApacheFacts =>
  (
    JSON.parse(readFileSync(join(__dirname, '../../catalog/readers/apache', `${name}.json`), 'utf8')) as {
      fact: ApacheFacts;
    }
  ).fact;

type Change = (host: HostFacts) => HostFacts;

const also =
  (...changes: Change[]): Change =>
  (host) =>
    changes.reduce((changed, change) => change(changed), host);

const keystoneUnit = (change: Partial<PackageFacts['units'][number]>): Change =>
  packagesOn('ctl1', (packages) => ({
    ...packages,
    units: packages.units.map((unit) => (unit.name === 'keystone' ? { ...unit, ...change } : unit)),
  }));

const under = (change: (apache: ApacheFacts) => ApacheFacts): Change =>
  on('ctl1', sitesOfApache([keystoneSite], change));

const readFrom = (name: string): Change => under(() => real(name));

const withFile =
  (file: ApacheFacts['files'][number]) =>
  (apache: ApacheFacts): ApacheFacts => ({ ...apache, files: [...apache.files, file] });

const keystoneFile = (change: object) => (apache: ApacheFacts) => ({
  ...apache,
  files: apache.files.map((file) => (file.path.endsWith('/keystone.conf') ? { ...file, ...change } : file)),
});

const [daemon] = siteFile(keystoneSite).daemons;
if (daemon === undefined) throw new Error('a site has processes');

const note = 'note sites-of-apache@ctl1';

describe('an API under Apache', () => {
  it.each<[string, Change, string[]]>([
    ['the site that Ubuntu packages, and no unit', readFrom('debian-12-keystone-beside-a-status-page'), [note]],
    [
      'a plain file with Listen in ports.conf, as puppet-openstack writes it',
      readFrom('debian-12-listen-in-ports-conf-and-a-plain-file'),
      [note],
    ],
    [
      'a configuration that Apache would refuse',
      readFrom('debian-12-a-broken-file'),
      ['blocker apache-refuses-configuration@ctl1', note],
    ],
    [
      'the unit of Debian beside it, stopped and disabled',
      also(
        under((apache) => apache),
        keystoneUnit({ loaded: true, enabled: 'disabled' }),
      ),
      [note],
    ],
    [
      'a unit beside it that a reboot would start',
      also(
        under((apache) => apache),
        keystoneUnit({ loaded: true, enabled: 'enabled' }),
      ),
      ['warning unit-beside-site-keystone@ctl1', note],
    ],
    [
      'a unit that runs beside it',
      also(
        under((apache) => apache),
        keystoneUnit({ loaded: true, active: true, enabled: 'enabled' }),
      ),
      ['blocker served-twice-keystone@ctl1'],
    ],
    [
      'a proxy on the port of a unit that runs',
      also(under(keystoneFile({ daemons: [] })), keystoneUnit({ loaded: true, active: true, enabled: 'enabled' })),
      [],
    ],
    [
      'a site that is disabled',
      under((apache) => ({ ...apache, files: [], ports: [80], processes: [] })),
      ['blocker units-absent-keystone@ctl1'],
    ],
    [
      'a site without processes of its own user',
      under(keystoneFile({ daemons: [{ ...daemon, user: null }] })),
      ['blocker site-without-processes-keystone@ctl1'],
    ],
    [
      'two sites on the port',
      under(withFile({ ...siteFile(keystoneSite), path: '/etc/apache2/sites-enabled/keystone-old.conf' })),
      ['blocker site-ambiguous-keystone@ctl1'],
    ],
    [
      'a file that serves a page beside Keystone',
      under(
        keystoneFile({
          virtualHosts: [...siteFile(keystoneSite).virtualHosts, { ports: [443], scripts: [] }],
        }),
      ),
      ['blocker site-serves-more-keystone@ctl1'],
    ],
    [
      'another site whose processes look the same',
      under(withFile({ ...siteFile({ ...keystoneSite, port: 5001 }), path: '/etc/apache2/conf-enabled/inner.conf' })),
      ['blocker site-shares-processes-keystone@ctl1'],
    ],
    [
      'a site that Apache has not read yet',
      under((apache) => ({ ...apache, processes: [] })),
      ['blocker site-processes-unseen-keystone@ctl1', note],
    ],
    [
      'Apache that does not run',
      under((apache) => ({ ...apache, active: false, ports: [], processes: [] })),
      ['warning not-running-keystone@ctl1', note],
    ],
    [
      'Apache that does not run, with a unit beside it that a reboot would not start',
      also(
        under((apache) => ({ ...apache, active: false, ports: [], processes: [] })),
        keystoneUnit({ loaded: true, enabled: 'disabled' }),
      ),
      ['warning not-running-keystone@ctl1', note],
    ],
    [
      'Apache that does not run, with a unit beside it that does',
      also(
        under((apache) => ({ ...apache, active: false, ports: [], processes: [] })),
        keystoneUnit({ loaded: true, active: true, enabled: 'enabled' }),
      ),
      [],
    ],
    [
      'no other port of Apache',
      under((apache) => ({ ...apache, ports: [5000] })),
      ['blocker apache-last-port@ctl1', note],
    ],
    [
      'nobody on the port',
      also(
        under((apache) => apache),
        packagesOn('ctl1', (packages) => ({ ...packages, listening: [] })),
      ),
      [
        'blocker api-not-found-keystone@ctl1',
        'blocker api-not-found-heat-api@ctl1',
        'blocker api-not-found-heat-api-cfn@ctl1',
        note,
      ],
    ],
    [
      'a new Apache among the packages',
      also(
        under((apache) => apache),
        packagesOn('ctl1', (packages) => ({
          ...packages,
          simulation: {
            ...packages.simulation,
            installs: [
              ...packages.simulation.installs,
              { name: 'apache2-bin', installed: '2.4.68-1~deb12u1', target: '2.4.71-1~deb12u1' },
            ],
          },
        })),
      ),
      ['blocker apache-replaced@ctl1', note],
    ],
  ])('%s', (_what, change, findings) => {
    const plan = toyPlan({ change });
    expect(said(plan).sort()).toEqual([...findings].sort());
    // A blocker says what to do about it.
    expect(plan.findings.filter(({ remedy }) => remedy === '')).toEqual([]);
  });
});

describe('a cloud in which one host has a unit and the other a site', () => {
  const plan = toyPlan({ change: on('ctl2', sitesOfApache([keystoneSite])) });
  const stops = stepsOf(plan).filter(({ id }) => id === 'keystone/stop-keystone');

  it('stops each as it is', () => {
    expect(stops.map(({ hosts, title }) => [hosts.join(), title])).toEqual([
      ['ctl1', 'stop keystone and lock it (killed after 5 s)'],
      ['ctl2', 'close the site keystone of Apache and lock it'],
    ]);
  });
});

describe('a site whose port another file opens', () => {
  const change = (host: HostFacts): HostFacts => {
    const { packages } = host;
    if (packages === null) return host;
    const file = real('debian-12-listen-in-ports-conf-and-a-plain-file');
    return sitesOfApache([keystoneSite], () => file)(host);
  };
  const plan = toyPlan({ change });

  it('is proved to be closed by its processes alone, and the plan says who answers meanwhile', () => {
    const close = stepsOf(plan).find(({ id }) => id === 'keystone/stop-keystone');
    expect(close?.check).toContain("pgrep -u keystone -f '^keystone( |$)'");
    expect(close?.check).not.toContain('sport = :5000');
    expect(plan.findings.find(({ id }) => id === 'sites-of-apache')?.text).toContain(
      'Port 5000 is opened in another file: while the site is closed Apache answers there with another one.',
    );
  });
});

function stepsOf(plan: Plan): { id: string; title: string; hosts: readonly string[]; check: string | null }[] {
  return plan.phases.flatMap(({ batches }) =>
    batches.flatMap(({ hosts, steps }) =>
      steps.flatMap((step) =>
        step.kind === 'change' ? [{ id: step.id, title: step.title, hosts, check: step.check }] : [],
      ),
    ),
  );
}
