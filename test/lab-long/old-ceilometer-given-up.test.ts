import '../lab/lab-own-network';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowId } from '../../client/workflow-id';
import { armFault } from '../../lab/faults/fail-step';
import type { PreflightResult, RunResult } from '../../schema/status';
import { approvePlan } from '../lab/four-services';
import { dressAsOcata, pipelinesNow, standInCloud, versionsOf } from '../lab/old-ceilometer';
import { extras, reported } from '../lab/telemetry';
import { insist, openGate, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(60 * 60 * 1000);

const request = { cloud: 'cedar', to: 'pike', services: ['ceilometer'] };
const id = workflowId({ ...request, kind: 'partial' });
const file = '/etc/ceilometer/pipeline.yaml';
const left =
  `ceilometer on ctl2 is still at ${versionsOf.ocata}, and not at ${versionsOf.pike}; ` +
  `the run gave it pipelines of the new release before (${file})`;

/** Stand-ins: see lab/packages/old-ceilometer.ts. */
describe('a partial upgrade that is given up once old agents have the new pipelines, stand-ins of Ocata to Pike', () => {
  let rig: UpgradeRig;
  const directory = mkdtempSync(join(tmpdir(), 'given-up-'));
  const failAtFile = join(directory, 'fail-at');

  beforeAll(async () => {
    rig = await startRig({ extras, change: standInCloud(), failAtFile });
    await dressAsOcata({ partitioned: true });
  });
  afterAll(async () => {
    await rig.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const reminders = async (): Promise<readonly string[]> => {
    const { workflowId: preflight } = await rig.client.preflight({ cloud: 'cedar', to: 'bobcat', services: ['heat'] });
    const { notes } = (await rig.client.result(preflight)) as PreflightResult;
    return notes.filter((one) => one.id === 'pipelines-remain-ceilometer').map(({ text }) => text);
  };

  it('names them in its result and its report, at openstackFinish, and in every later plan', async () => {
    const { client } = rig;
    expect(await pipelinesNow()).toEqual(['ocata', 'ocata']);
    armFault({ file: failAtFile, words: 'ceilometer/start-ceilometer-agent-notification@ctl1:after' });
    await client.startPartial(request);
    await approvePlan({ rig, id });
    const gate = await openGate({ client, id, about: 'failure', forSeconds: 900 });
    await insist(() => client.decide(id, { gate: gate.code, by: 'ana', reason: 'test', choice: 'abort' }));
    await untilStatus({ client, id, holds: ({ state }) => state === 'aborted', forSeconds: 300 });
    const { remains, sentence } = (await client.result(id)) as RunResult;
    process.stdout.write(`${sentence}\n`);
    expect([await pipelinesNow(), remains]).toEqual([['pike', 'pike'], [left]]);
    const { remaining } = await reported({ client, id });
    expect(remaining.map(({ host, pipelines }) => [host, pipelines])).toEqual([['ctl2', [file]]]);
    const { workflowId: finish } = await client.finish({ cloud: 'cedar' });
    await approvePlan({ rig, id: finish });
    expect(((await client.result(finish)) as RunResult).remains).toEqual([left]);
    const [said = '', ...others] = await reminders();
    process.stdout.write(`${said}\n`);
    expect([said.includes(`before it upgraded them: ctl2 (${versionsOf.ocata})`), others]).toEqual([true, []]);
  });

  it('names them no more once a rollback with restore has brought the files from before back', async () => {
    const { client } = rig;
    const rollback = 'cedar.rollback';
    await client.rollback({ cloud: 'cedar', options: { openAutomatically: true, withRestore: true } });
    await approvePlan({ rig, id: rollback });
    const ended = await untilStatus({
      client,
      id: rollback,
      holds: ({ state, gates }) => state === 'completed' || gates.length > 0,
      forSeconds: 900,
    });
    expect([ended.state, ended.gates.map(({ question }) => question)]).toEqual(['completed', []]);
    expect([await pipelinesNow(), await reminders()]).toEqual([['ocata', 'ocata'], []]);
  });
});
