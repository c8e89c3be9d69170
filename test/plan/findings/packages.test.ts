import { said } from './said';
import { packagesOn } from '../../support/cloud-changes';
import { toyPlan } from '../../support/planned';

describe('findings about series and packages', () => {
  it.each<[string, Parameters<typeof toyPlan>[0], string[]]>([
    ['an unknown series', { request: { to: 'bobkat' } }, ['blocker series-unknown']],
    [
      'a series without a package source',
      { request: { to: 'dalmatian' } },
      ['blocker no-package-source', 'warning skip-level'],
    ],
    ['a target that is older', { request: { to: 'zed' } }, ['blocker no-package-source', 'blocker target-older']],
    [
      'a template that could not be compared, of a service of the run',
      {
        change: packagesOn('ctl2', (packages) => ({
          ...packages,
          options: { '/etc/heat/heat.conf': null, '/etc/glance/glance-api.conf': null },
        })),
      },
      ['warning not-compared-/etc/heat/heat.conf@ctl2'],
    ],
    ['a series left out', { request: { to: 'caracal' } }, ['warning skip-level']],
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
      'a source of the installed series that the hosts spell in another way',
      {
        change: packagesOn('ctl1', (one) => ({ ...one, repositories: ['https://mirror.example/antelope ./'] })),
      },
      ['note previous-source-elsewhere-antelope@ctl1'],
    ],
    [
      "nothing of the installed series' source where a host has no source at all",
      { change: packagesOn('ctl1', (one) => ({ ...one, repositories: [] })) },
      [],
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
      'an API that listens elsewhere than its package has it, and one that only the host itself reaches',
      {
        change: packagesOn('ctl1', (one) => ({
          ...one,
          listening: [
            { address: '10.1.0.11', port: 18004 },
            { address: '[::1]', port: 8000 },
            { address: '10.1.0.11', port: 5000 },
          ],
        })),
      },
      ['blocker api-not-found-heat-api-cfn@ctl1', 'blocker api-not-found-heat-api@ctl1'],
    ],
    [
      'files that somebody patched, and files that stay although their package changes',
      {
        change: packagesOn('ctl1', (one) => ({
          ...one,
          files: {
            altered: ['/usr/lib/python3/dist-packages/heat/x.py'],
            missing: [],
            keptScripts: ['/etc/init.d/heat-api'],
            diverted: [],
            shadowing: [],
          },
        })),
      },
      ['warning files-patched@ctl1', 'warning files-stay@ctl1'],
    ],
    [
      'what would upgrade and migrate by itself, and what becomes of it',
      {
        change: packagesOn('ctl1', (one) => ({
          ...one,
          apt: { ...one.apt, activeTimers: ['apt-daily-upgrade.timer'], activeQuestions: ['heat/configure_db'] },
        })),
      },
      ['note packages-migrate-themselves@ctl1', 'note upgrades-by-themselves@ctl1'],
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
});
