import { said } from './said';
import { on } from '../../support/cloud-changes';
import { toyPlan } from '../../support/planned';

describe('findings about hosts', () => {
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
    [
      'a broker without Python, which a full upgrade does not call there',
      { change: on('mq1', (host) => ({ ...host, missingTools: ['python3'] })) },
      [],
    ],
    [
      'a controller without Python',
      { change: on('ctl1', (host) => ({ ...host, missingTools: ['python3'] })) },
      ['blocker tools-missing@ctl1'],
    ],
    ['a second copy on another host', { backup: { copyTo: 'mq1' } }, []],
    ['a second copy beside the dumps', { backup: { copyTo: 'db1' } }, ['blocker copy-beside-dumps@db1']],
    [
      'a second copy of large databases on a small disk',
      {
        backup: { copyTo: 'mq1' },
        change: (host) => ({
          ...host,
          database: host.database && {
            ...host.database,
            schemas: host.database.schemas.map((schema) => ({ ...schema, bytes: 2e9 })),
          },
          fileSystems: host.fileSystems.map((one) => ({ ...one, availableBytes: host.host === 'mq1' ? 3e9 : 9e11 })),
        }),
      },
      ['blocker copy-room@mq1'],
    ],
    [
      'restore points of a month ago, and a newest one that is older',
      {
        change: on('db1', (host) => ({
          ...host,
          restorePoints: [
            { runId: 'newest', days: 40, bytes: 9e9 },
            { runId: 'old', days: 41, bytes: 3e9 },
          ],
        })),
      },
      ['note old-restore-points@db1'],
    ],
    [
      'restore points that are young, or small',
      {
        change: on('db1', (host) => ({
          ...host,
          restorePoints: [
            { runId: 'newest', days: 0, bytes: 9e9 },
            { runId: 'young', days: 29, bytes: 9e9 },
            { runId: 'small', days: 400, bytes: 1e9 },
          ],
        })),
      },
      [],
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
      'a clock that is off',
      { change: on('ctl2', (host) => ({ ...host, clockOffsetSeconds: -7.25 })) },
      ['blocker clock-off@ctl2'],
    ],
    [
      'configuration management that would undo the plan',
      { change: on('ctl1', (host) => ({ ...host, otherHands: ['puppet'] })) },
      ['warning other-hands@ctl1'],
    ],
  ])('says %s', (_what, toy, expected) => {
    expect(said(toyPlan(toy))).toEqual(expected);
  });
});
