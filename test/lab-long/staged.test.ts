import '../lab/lab-own-network';
import { addressOf, type HostName } from '../../lab';
import { startRequests, type RequestCount } from '../../lab/load/request-stream';
import type { Report } from '../../report';
import { createStack, stackStatus, updateStack } from '../lab/cloud-stack';
import { raiseDrillGround, type DrillGround } from '../lab/drill';
import { rolledBackExactly } from '../lab/rolled-back-exactly';
import {
  insist,
  migrationsStarted,
  onHost,
  openGate,
  sleep,
  startRig,
  untilStatus,
  watchMigrations,
  type UpgradeRig,
} from '../lab/upgrade-rig';

jest.setTimeout(60 * 60 * 1000);

const id = 'cedar.all.full.bobcat';
const controllers: readonly HostName[] = ['ctl1', 'ctl2'];
const order = 'staged';

/** From the last good answer before a lost request to the next good one, as a probe of its own saw it. */
interface Outage {
  readonly from: number;
  readonly to: number;
}

function lengthSeconds(outages: readonly Outage[]): number {
  return outages.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
}

/** Failures by the clock of the probe, five a second: those closer than a second to each other are one outage. */
function outagesOf({ failures }: RequestCount): Outage[] {
  return failures
    .map((line) => Date.parse(line.slice(0, 24)))
    .sort((one, other) => one - other)
    .reduce<Outage[]>((outages, at) => {
      const last = outages.at(-1);
      return last !== undefined && at - last.to < 1000
        ? [...outages.slice(0, -1), { from: last.from, to: at }]
        : [...outages, { from: at - 200, to: at + 200 }];
    }, []);
}

describe('a staged upgrade whose worker is killed in every phase, seen by users', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig();
    await Promise.all(controllers.map((host) => watchMigrations({ host, tool: 'heat-manage', holdSeconds: 4 })));
    await createStack({ name: 'from-before' });
  });
  afterAll(() => rig.stop());

  it('ends green, and loses requests only while it says that the APIs were closed', async () => {
    const { client } = rig;
    const session = { token: '', stacks: '' };
    const url = `http://${addressOf('lb1')}:8004/healthcheck`;
    const users = startRequests({ session, url, perSecond: 5 });
    await insist(() =>
      client.startFull({ cloud: 'cedar', to: 'bobcat', options: { openAutomatically: true, full: { order } } }),
    );
    const plan = await openGate({ client, id, about: 'plan', forSeconds: 240 });
    await client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
    const killed = new Set<string>();
    for (;;) {
      const status = await untilStatus({
        client,
        id,
        holds: ({ state, gates, phases }) =>
          state === 'completed' ||
          gates.some(({ code }) => code !== plan.code) ||
          phases.some((phase) => phase.state === 'running' && !killed.has(phase.id)),
        forSeconds: 1800,
      });
      const phase = status.phases.find((one) => one.state === 'running' && !killed.has(one.id));
      if (phase === undefined) {
        expect([status.state, status.gates.map(({ question }) => question), status.owed]).toEqual([
          'completed',
          [],
          [],
        ]);
        break;
      }
      killed.add(phase.id);
      await sleep(Math.random() * 3000);
      await rig.killWorker();
    }
    await sleep(2000);
    await users.stop();
    const seen = users.seen();
    process.stdout.write(
      `worker killed in ${[...killed].join(', ')}; ${String(seen.failures.length)} of ${String(seen.requests)} requests lost\n`,
    );
    expect([...killed]).toEqual(expect.arrayContaining(['lead-leaves', 'lead-code', 'stop', 'database', 'rest-joins']));
    const report = JSON.parse((await client.fetchReport(id)).json) as Report;
    const heat = report.availability.find(({ api }) => api === 'heat-api');
    const said = (heat?.outages ?? []).map(({ fromAt, toAt }) => ({ from: Date.parse(fromAt), to: Date.parse(toAt) }));
    const outages = outagesOf(seen);
    process.stdout.write(
      `outages of heat-api: ${lengthSeconds(said).toFixed(1)} s by the report, ${lengthSeconds(outages).toFixed(1)} s by the probe\n`,
    );
    const outside = outages.filter(({ from, to }) => !said.some((one) => from > one.from - 1500 && to < one.to + 1500));
    expect(outside).toEqual([]);
    expect(said).toHaveLength(2);
    expect(Math.abs(lengthSeconds(said) - lengthSeconds(outages))).toBeLessThan(2.5);
  });

  it('has upgraded every host, and migrated Heat once', async () => {
    const versions = "dpkg-query -W -f='${Version} ' heat-engine keystone";
    expect(await Promise.all(controllers.map((host) => onHost({ host, command: versions })))).toEqual([
      '1:21.0.0-0lab1 2:24.0.0-0lab1 ',
      '1:21.0.0-0lab1 2:24.0.0-0lab1 ',
    ]);
    expect(await Promise.all(controllers.map((host) => migrationsStarted({ host, tool: 'heat-manage' })))).toEqual([
      1, 0,
    ]);
    expect(await stackStatus({ name: 'from-before' })).toBe('CREATE_COMPLETE');
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });
});

describe('a staged upgrade that fails', () => {
  let ground: DrillGround;

  beforeAll(async () => {
    ground = await raiseDrillGround({ kind: 'full', order });
  });
  afterAll(() => ground.stop());

  it.each([
    'heat/stop-heat-engine@ctl1:after',
    'packages/install@ctl1:after',
    'heat/stop-heat-engine@ctl2:after',
    'heat/db-sync@ctl1:after',
    'open/serve@lb1:after',
    'packages/install@ctl2:after',
  ])('at %s is rolled back to exactly what was', (step) => rolledBackExactly({ ground, step }));
});
