import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LibraryUser } from '../../../catalog/platform/library-users';
import { everyPhase } from '../../../schema/walk-plan';
import type { Plan } from '../../../schema/plan';
import { packagesOn, withMetering } from '../../support/cloud-changes';
import { toyPartialPlan, toyPlan } from '../../support/planned';
import { said } from './said';

/** What real hosts printed. */
const usersOf = (fixture: string): readonly LibraryUser[] =>
  (
    JSON.parse(readFileSync(join(__dirname, '../../catalog/readers/library-users', `${fixture}.json`), 'utf8')) as {
      fact: LibraryUser[];
    }
  ).fact;

const users = (fixture: string, ...hosts: string[]): Parameters<typeof toyPlan>[0] => ({
  change: (host) =>
    hosts.includes(host.host)
      ? packagesOn(host.host, (one) => ({ ...one, libraryUsers: usersOf(fixture) }))(host)
      : host,
});

const steps = (plan: Plan): string[] =>
  everyPhase(plan).flatMap(({ id, batches }) =>
    batches.flatMap((batch) =>
      batch.steps.flatMap((step) =>
        step.id.includes('others/') ? batch.hosts.map((host) => `${id}: ${step.id}@${host}`) : [],
      ),
    ),
  );

describe('services outside the run that use what it replaces', () => {
  it.each(['debian-12-keystone-and-heat', 'debian-12-keystone-in-apache'])(
    'are none where the run has all of them: %s',
    (fixture) => {
      expect(said(toyPlan(users(fixture, 'ctl1', 'ctl2')))).toEqual([]);
    },
  );

  it('are Apache where it runs one that stays', () => {
    const plan = toyPartialPlan(users('debian-12-keystone-in-apache', 'ctl1', 'ctl2'));
    expect(said(plan)).toContain('warning replaced-under-apache2');
  });

  it('are one warning each, on all of their hosts, with how they are restarted or upgraded', () => {
    const plan = toyPlan({
      ...users('debian-12-keystone-and-heat', 'ctl1', 'ctl2'),
      request: { services: ['heat'] },
    });
    const [found] = plan.findings.filter(({ id }) => id === 'replaced-under-keystone');
    expect(found).toMatchObject({ level: 'warning', host: null });
    expect(found?.text).toBe(
      'keystone on ctl1 and ctl2 uses python3-cryptography, python3-greenlet, python3-oslo.config and 1 more packages, which ' +
        'the run replaces. It keeps the old code in memory, and what it loads later is new, until it is restarted.',
    );
    expect(found?.remedy).toBe(
      'Upgrade keystone in the same run (leave "services" out of the request). Let the run restart it: "options": ' +
        '{"restart": ["keystone"]}. Or accept: it stays as it is, and you restart and prove it afterwards.',
    );
    expect(steps(plan)).toEqual([]);
  });

  it('are upgraded together by a full run alone: a rolling one is of one service', () => {
    const plan = toyPartialPlan(users('debian-12-keystone-and-heat', 'ctl1', 'ctl2'));
    const [found] = plan.findings.filter(({ id }) => id === 'replaced-under-keystone');
    expect(found?.remedy).toBe(
      'Upgrade keystone together with this service: openstackFullUpgrade does that. Let the run restart it: "options": ' +
        '{"restart": ["keystone"]}. Or accept: it stays as it is, and you restart and prove it afterwards.',
    );
  });

  it('that stay are passed over when the run has ended, and nobody else', () => {
    const [probe] = toyPlan({ change: withMetering })
      .phases.flatMap(({ batches }) => batches.flatMap((batch) => batch.steps))
      .filter(({ id }) => id === 'verify/no-old-code');
    expect(probe).toMatchObject({
      script: expect.stringContaining('old -gnocchi-api.service,ceilometer-agent-notification.service ') as string,
    });
  });

  it('are restarted after Keystone is back and before users are, in order, host after host; and again after a rollback', () => {
    const plan = toyPlan({ change: withMetering, request: { options: { restart: 'all' } } });
    expect(said(plan).filter((one) => !one.includes('opens-early'))).toEqual(['note restarts-others']);
    expect(plan.phases.map(({ id }) => id)).toEqual([
      'prepare',
      'stop',
      'packages',
      'config',
      'database',
      'start',
      'others',
      'verify',
      'open',
      'prove',
    ]);
    const inOrder = (label: string): string[] =>
      ['gnocchi-api', 'ceilometer-agent-notification'].flatMap((unit) =>
        ['ctl1', 'ctl2'].flatMap((host) =>
          ['restart', 'runs'].map((verb) => `${label}: ${label}/${verb}-${unit}@${host}`),
        ),
      );
    expect(steps(plan)).toEqual([...inOrder('others'), ...inOrder('back-others')]);
    const back = plan.phases.flatMap(({ id, wayBack }) =>
      id === 'stop' && wayBack.kind === 'undo' ? wayBack.phases : [],
    );
    expect(back.map(({ id }) => id)).toEqual(['back-stop', 'back-open', 'back-others']);
  });

  it('are restarted with their host in a rolling run', () => {
    const plan = toyPartialPlan({ change: withMetering, request: { options: { restart: ['gnocchi-api'] } } });
    expect(said(plan)).toEqual([
      'warning replaced-under-ceilometer-agent-notification',
      'note old-vhost-stays',
      'note restarts-others',
      'note serves-alone',
    ]);
    expect(steps(plan).filter((one) => one.includes('/restart-'))).toEqual([
      'first-code: others/restart-gnocchi-api@ctl1',
      'last-code: others/restart-gnocchi-api@ctl2',
      'back-last-code: back-others/restart-gnocchi-api@ctl2',
      'back-first-code: back-others/restart-gnocchi-api@ctl1',
      'restore-packages: restore-others/restart-gnocchi-api@ctl1',
      'restore-packages: restore-others/restart-gnocchi-api@ctl2',
    ]);
  });

  it.each<[string, Parameters<typeof toyPlan>[0], string[]]>([
    [
      'a name that nobody has',
      { change: withMetering, request: { options: { restart: ['gnochi-api'] } } },
      [
        'blocker restart-unknown-gnochi-api',
        'warning replaced-under-ceilometer-agent-notification',
        'warning replaced-under-gnocchi-api',
      ],
    ],
    [
      'a database server that the run would restart on the side',
      { request: { options: { restart: ['mariadb'] } } },
      ['blocker restart-refused-mariadb'],
    ],
    [
      'a program that somebody started by hand, whose library was replaced before',
      users('debian-12-a-script-by-hand', 'ctl1'),
      ['note libraries-in-sessions@ctl1', 'note runs-replaced-files@ctl1'],
    ],
    [
      'a host on which it could not be read',
      { change: packagesOn('ctl1', (one) => ({ ...one, libraryUsers: null })) },
      ['warning library-users-unread@ctl1'],
    ],
  ])('%s is said', (_what, toy, expected) => {
    expect(said(toyPlan(toy))).toEqual(expected);
  });
});
