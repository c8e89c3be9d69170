import '../lab/lab-own-network';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowId } from '../../client/workflow-id';
import { armFault } from '../../lab/faults/fail-step';
import type { Plan } from '../../schema/plan';
import { subjectOf } from '../lab/answer';
import { differences, exactCloud } from '../lab/exact-cloud';
import { approvePlan } from '../lab/four-services';
import {
  askApi,
  dressAsOcata,
  exactStandIns,
  pipelinesNow,
  standInCloud,
  standInState,
  storedSamples,
  versionsOf,
} from '../lab/old-ceilometer';
import { killAtRandom } from '../lab/random-kills';
import { counted, extras, intervalSeconds, measuresAgain } from '../lab/telemetry';
import { insist, sleep, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';
import { endWithoutQuestion } from '../lab/without-question';

jest.setTimeout(60 * 60 * 1000);

const request = { cloud: 'cedar', to: 'pike', services: ['ceilometer'] };
const rollbackId = 'cedar.rollback';
const some = 3 * intervalSeconds * 1000;
const states = (series: 'ocata' | 'pike', revision: number): string[] => {
  const host = `${versionsOf[series]} active`;
  return [host, host, host, `revision ${String(revision)}`];
};

interface Case {
  readonly kind: 'partial' | 'full';
  /** Its notification agents share the work of each pipeline, as the configuration says (R-CEIL-17). */
  readonly partitioned: boolean;
  /** At which it fails, with its work done. */
  readonly failsAt: string;
  /** A partial run that is undone leaves the schema, which the installed release works with. */
  readonly revisionAfterRollback: number;
}

const cases: readonly Case[] = [
  { kind: 'partial', partitioned: true, failsAt: 'packages/install@ctl2:after', revisionAfterRollback: 45 },
  {
    kind: 'full',
    partitioned: false,
    failsAt: 'ceilometer/first-ceilometer-collector@ctl1:after',
    revisionAfterRollback: 44,
  },
];

/** Stand-ins: see lab/packages/old-ceilometer.ts. */
describe.each(cases)(
  'a $kind upgrade of Ceilometer, stand-ins of Ocata to Pike, whose worker is killed at random',
  ({ kind, partitioned, failsAt, revisionAfterRollback }) => {
    let rig: UpgradeRig;
    let before: readonly string[];
    const directory = mkdtempSync(join(tmpdir(), 'stand-ins-fail-'));
    const failAtFile = join(directory, 'fail-at');
    const id = workflowId({ ...request, kind });
    const exactly = async (): Promise<readonly string[]> => [...(await exactCloud()), ...(await exactStandIns())];

    beforeAll(async () => {
      rig = await startRig({ extras, change: standInCloud(), failAtFile });
      await dressAsOcata({ partitioned });
      await sleep(some);
    });
    afterAll(async () => {
      await rig.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    const start = (): Promise<unknown> =>
      kind === 'partial'
        ? rig.client.startPartial(request)
        : rig.client.startFull({ ...request, options: { openAutomatically: true } });

    /** Approves what is to be approved, and has it rolled back where a step fails; what it was asked. */
    async function answered(options: {
      readonly of: string;
      readonly rollingBack?: () => void;
    }): Promise<{ readonly state: string; readonly asked: readonly string[]; readonly accepted: readonly string[] }> {
      const { of, rollingBack = () => undefined } = options;
      const { client } = rig;
      const asked: string[] = [];
      const accepted: string[] = [];
      const known: string[] = [];
      for (;;) {
        const { state, gates, owed } = await untilStatus({
          client,
          id: of,
          holds: (seen) =>
            ['completed', 'rolledBack', 'aborted'].includes(seen.state) ||
            seen.gates.some(({ code }) => !known.includes(code)),
          forSeconds: 1500,
        });
        const gate = gates.find(({ code }) => !known.includes(code));
        if (gate === undefined) return { state: `${state}, ${String(owed.length)} owed`, asked, accepted };
        known.push(gate.code);
        asked.push(subjectOf(gate));
        accepted.push(...gate.accept);
        process.stdout.write(`${gate.question}\n`);
        const answer = { gate: gate.code, by: 'ana', reason: 'test' };
        if (gate.choices.includes('approve'))
          await insist(() => client.approve(of, { ...answer, accept: [...gate.accept] }));
        else {
          await insist(() => client.decide(of, { ...answer, choice: 'rollBack' }));
          rollingBack();
        }
      }
    }

    it('hands every sample to new collectors, and lets one version of the API answer', async () => {
      expect(await standInState()).toEqual(states('ocata', 44));
      before = await exactly();
      const begun = new Date(Date.now() - some);
      const stored = await storedSamples();
      await start();
      await approvePlan({ rig, id });
      const { plan } = (await rig.client.planData(id)) as { plan: Plan };
      expect(plan.findings.some((one) => one.id === 'pipelines-first-ceilometer')).toBe(partitioned);
      const killing = killAtRandom(rig);
      const api = askApi();
      const end = await endWithoutQuestion({ rig, id }).finally(killing.stop).finally(api.stop);
      const [kills, answers] = [await killing.stop(), await api.stop()];
      await sleep(some);
      const { twice, early, gapSeconds } = await counted(begun);
      process.stdout.write(
        `${kind}, ${String(kills)} kills: ${JSON.stringify(answers)}; longest time without a sample ${String(gapSeconds)} s, ${String(twice)} twice, ${String(early)} early; ` +
          `${String((await storedSamples()) - stored)} samples of users in the database since\n`,
      );
      expect(end).toEqual(['completed', [], []]);
      expect([await standInState(), await pipelinesNow()]).toEqual([states('pike', 45), ['pike', 'pike']]);
      expect(answers.releases).toEqual(['8.1.5', '9.0.7']);
      expect(twice).toBe(0);
      expect((await storedSamples()) > stored).toBe(true);
      if (kind === 'partial') expect([answers.failed, gapSeconds <= 2.5 * intervalSeconds]).toEqual([0, true]);
    });

    it('is taken back by another run, with its database, to exactly what was', async () => {
      const { client } = rig;
      const options = { openAutomatically: true, ...(kind === 'partial' ? { withRestore: true } : {}) };
      await insist(() => client.rollback({ cloud: 'cedar', options }));
      const killing = killAtRandom(rig);
      const { state, asked, accepted } = await answered({ of: rollbackId }).finally(killing.stop);
      process.stdout.write(`${String(await killing.stop())} kills\n`);
      // Nothing was measured for the first time but what the run itself sent.
      expect([state, asked, accepted]).toEqual(['completed, 0 owed', ['plan'], ['writes-are-lost']]);
      expect(differences({ before, now: await exactly() })).toEqual([]);
      expect([await standInState(), await pipelinesNow()]).toEqual([states('ocata', 44), ['ocata', 'ocata']]);
      expect(await measuresAgain(new Date())).toBe(true);
    });

    it(`is rolled back where it fails, at ${failsAt}`, async () => {
      const begun = new Date(Date.now() - some);
      armFault({ file: failAtFile, words: failsAt });
      await insist(start);
      const api = askApi();
      // Not before: the failure is made by the worker, and one that is killed with it would take it along.
      const killings: ReturnType<typeof killAtRandom>[] = [];
      const rollingBack = (): void => void killings.push(killAtRandom(rig));
      const stopped = (): Promise<number[]> => Promise.all(killings.map(({ stop }) => stop()));
      const { state, asked } = await answered({ of: id, rollingBack }).finally(stopped).finally(api.stop);
      const [kills, answers] = [(await stopped()).join(), await api.stop()];
      await sleep(some);
      const { twice, gapSeconds } = await counted(begun);
      process.stdout.write(
        `${kind} rolled back, ${kills} kills: ${JSON.stringify(answers)}; longest time without a sample ${String(gapSeconds)} s, ${String(twice)} twice\n`,
      );
      // Where a restore takes away what users wrote since the APIs opened, that is asked once more.
      const failed = ['plan', failsAt.replace(/@.*/, '')];
      expect([state, asked.filter((one) => one !== 'loss')]).toEqual(['rolledBack, 0 owed', failed]);
      const differs = differences({ before, now: await exactly() });
      expect(differs.filter((line) => !/^[-+] db1 (?:revision|index)\t/.test(line))).toEqual([]);
      expect([await standInState(), await pipelinesNow()]).toEqual([
        states('ocata', revisionAfterRollback),
        ['ocata', 'ocata'],
      ]);
      expect(twice).toBe(0);
      // Host by host, requests have left the last installed API for the upgraded one, and return.
      expect(answers.releases).toEqual(kind === 'partial' ? ['8.1.5', '9.0.7', '8.1.5'] : ['8.1.5']);
      if (kind === 'partial') expect([answers.failed, gapSeconds <= 2.5 * intervalSeconds]).toEqual([0, true]);
    });
  },
);
