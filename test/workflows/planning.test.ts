import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import type { Finding } from '../../schema/plan';
import { toyBatch, toyChange, toyPhase, toyPlan, toyWarning } from '../support/plan';
import { openSite, withRun, type ToyRun, type ToySite } from './toy-site';

jest.setTimeout(60_000);

let site: ToySite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.teardown());

const blocker: Finding = {
  id: 'disk-full@db1',
  level: 'blocker',
  host: 'db1',
  text: 'db1 has 0.1 GB left below /var; the dumps need 4 GB.',
  remedy: 'Free 4 GB on db1.',
  sources: ['R-OPS-9'],
};

async function failureOf({ handle }: ToyRun): Promise<{ type: unknown; message: string; nonRetryable: unknown }> {
  try {
    await handle.result();
  } catch (error) {
    if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) {
      const { type, message, nonRetryable } = error.cause;
      return { type, message, nonRetryable };
    }
    throw error;
  }
  throw new Error('the workflow did not fail');
}

describe('a request', () => {
  it.each(['openstackFullUpgrade', 'openstackPartialUpgrade', 'openstackPreflight'])(
    'that is wrong fails %s at once with every path',
    async (type) => {
      await withRun({ site, type, input: { clod: 'cedar', to: 'Bobcat' } }, async (run) => {
        const { type: failure, message, nonRetryable } = await failureOf(run);
        expect({ failure, nonRetryable }).toEqual({ failure: 'Request.Invalid', nonRetryable: true });
        expect(message).toMatch(/^The request cannot be used: .*did you mean "cloud"\?.*Nothing was changed\./);
        expect(message).toContain('to: a series in lower case');
      });
    },
  );

  it('for a cloud that nobody knows fails with the words of the activity', async () => {
    const world = (toy: ToyRun['world']): void => {
      const message = 'There is no cloud file for "cedar". Nothing was changed.';
      toy.planFailure = ApplicationFailure.create({ nonRetryable: true, type: 'Cloud.Unknown', message });
    };
    await withRun({ site, world }, async (run) => {
      expect(await failureOf(run)).toEqual({
        type: 'Cloud.Unknown',
        message: 'There is no cloud file for "cedar". Nothing was changed.',
        nonRetryable: true,
      });
      expect((await run.status()).state).toBe('refused');
    });
  });

  it.each(['openstackFinish', 'openstackRollback'])('of %s that finds no cloud is shown as refused', async (type) => {
    const world = (toy: ToyRun['world']): void => {
      toy.planFailure = ApplicationFailure.create({ nonRetryable: true, type: 'Cloud.Unknown', message: 'No cloud.' });
    };
    await withRun({ site, world, type, input: { cloud: 'cedar' } }, async (run) => {
      expect((await failureOf(run)).message).toBe('No cloud.');
      expect((await run.status()).state).toBe('refused');
    });
  });

  it('that a blocker stands against is refused with the remedy, and nothing is locked or changed', async () => {
    await withRun({ site, plan: toyPlan({ findings: [toyWarning, blocker], phases: [] }) }, async (run) => {
      expect(await failureOf(run)).toEqual({
        type: 'Plan.Refused',
        message:
          'cedar cannot be upgraded to bobcat yet; nothing was changed. 1 problem to fix first:\n' +
          '- disk-full@db1: db1 has 0.1 GB left below /var; the dumps need 4 GB. -> Free 4 GB on db1.',
        nonRetryable: true,
      });
      expect([run.world.begun, run.world.starts]).toEqual([[], []]);
      expect((await run.status()).state).toBe('refused');
    });
  });
});

describe('a plan', () => {
  it('that is larger than Temporal takes as one payload is run, and is complete on the hosts', async () => {
    const commands = Array.from({ length: 60_000 }, (_, index) => `systemctl restart unit-${String(index)}`).join('\n');
    expect(commands.length).toBeGreaterThan(1_500_000);
    const large = toyChange('large', { run: commands, check: commands });
    const plan = toyPlan({ phases: [toyPhase('prepare', [toyBatch(['ctl1'], [large])])] });
    await withRun({ site, plan }, async (run) => {
      await run.approve();
      expect(await run.handle.result()).toMatchObject({ state: 'completed' });
      expect(run.world.begun[0]?.plan.phases).toEqual(plan.phases);
    });
  });
});

describe('a preflight', () => {
  it('returns the findings and asks nothing', async () => {
    const plan = toyPlan({ findings: [toyWarning, blocker] });
    await withRun({ site, plan, type: 'openstackPreflight' }, async (run) => {
      expect(await run.handle.result()).toEqual({
        state: 'completed',
        sentence: 'cedar cannot be upgraded to bobcat yet: 1 problem to fix first.',
        cloud: 'cedar',
        from: 'antelope',
        to: 'bobcat',
        digest: 'd1ge57d1ge57d1ge57',
        blockers: [blocker],
        warnings: [toyWarning],
        notes: [],
        expected: [],
      });
      expect([run.world.begun, run.world.starts]).toEqual([[], []]);
      expect(await run.handle.query('plan')).toBe('RUNBOOK of cedar\n');
    });
  });
});

describe('a preflight of the rolling upgrade', () => {
  it('asks for that plan, and says so in its sentence', async () => {
    const input = { cloud: 'cedar', to: 'bobcat', services: ['heat'], kind: 'partial' };
    await withRun({ site, plan: toyPlan({ kind: 'partial' }), type: 'openstackPreflight', input }, async (run) => {
      expect(await run.handle.result()).toMatchObject({
        sentence:
          'cedar can be upgraded from antelope to bobcat host by host: 0 warnings to accept. The runbook: query plan.',
      });
      expect(run.world.planned).toMatchObject([
        { kind: 'partial', request: { cloud: 'cedar', to: 'bobcat', services: ['heat'] } },
      ]);
      expect(run.world.planned[0]?.request).not.toHaveProperty('kind');
    });
  });
});

describe('openstackFinish', () => {
  const leftBehind = toyPlan({ runId: '11111111-1111-4111-8111-111111111111' });
  const terminated = (toy: ToyRun['world']): void => {
    const { runId, to } = leftBehind;
    toy.leftovers = {
      ...toy.leftovers,
      runId,
      plan: leftBehind,
      digest: 'd1ge57',
      workflowId: 'cedar.heat.full.bobcat',
      to,
    };
  };
  const finish = { type: 'openstackFinish', input: { cloud: 'cedar' } } as const;

  it('shows what is owed, asks, puts it back under the earlier run and frees the lock', async () => {
    await withRun({ site, ...finish, world: terminated }, async (run) => {
      const { question } = await run.gate();
      expect(question).toContain('First make sure that workflow cedar.heat.full.bobcat is no longer running.');
      expect((await run.status()).owed.map(({ host, title }) => `${host}: ${title}`)).toEqual([
        'db1: scratch away',
        'ctl1: packages unhold',
        'ctl2: packages unhold',
      ]);
      expect(run.world.starts).toEqual([]);
      await run.approve();
      expect(await run.handle.result()).toEqual(
        expect.objectContaining({
          state: 'completed',
          sentence:
            'cedar: everything the run left is cleaned up, and the lock is released. Every service is running and receives requests.',
          owed: [],
        }),
      );
      expect([...run.world.starts].sort()).toEqual([
        'packages/unhold@ctl1',
        'packages/unhold@ctl2',
        'scratch/away@db1',
      ]);
      expect(run.world.given).toEqual([
        { cloud: 'cedar', runId: leftBehind.runId, lockHost: 'db1', mark: 'clean', fence: 8 },
      ]);
    });
  });

  it('takes the lock over before it puts anything back, so that the earlier run is obeyed nowhere', async () => {
    const world = (toy: ToyRun['world']): void => {
      terminated(toy);
      toy.untold = ['ctl2: no route to host'];
    };
    await withRun({ site, ...finish, world }, async (run) => {
      await run.send('approve', { gate: (await run.gate()).code, by: 'ana', reason: 'worker is gone' });
      const { gates } = await run.when(({ state }) => state === 'waitingForDecision');
      expect([gates[0]?.question, gates[0]?.choices]).toEqual([
        'Not every host knows its new owner: ctl2: no route to host. These hosts still accept commands from a worker of run ' +
          `${leftBehind.runId}. retry: tell them again. markDone: override, because you know that no such worker is left.`,
        ['retry', 'markDone', 'abort'],
      ]);
      expect(run.world.starts).toEqual([]);
      run.world.untold = [];
      await run.send('decide', { gate: gates[0]!.code, choice: 'retry', by: 'ana' });
      await run.handle.result();
      const [first, second] = run.world.takenOver;
      expect(first).toMatchObject({ cloud: 'cedar', holder: leftBehind.runId, by: 'ana', reason: 'worker is gone' });
      expect(second).toEqual(first);
      expect(new Set(run.world.fences)).toEqual(new Set([8]));
    });
  });

  it('breaks a lock whose run has lost its files, and cleans nothing up', async () => {
    const world = (toy: ToyRun['world']): void => {
      terminated(toy);
      toy.leftovers = { ...toy.leftovers, plan: null, digest: null, lock: 'run=1111, fence=7', lockHost: 'db1' };
    };
    await withRun({ site, ...finish, world }, async (run) => {
      expect(await run.handle.result()).toMatchObject({ state: 'aborted' });
      expect([run.world.takenOver, run.world.given]).toEqual([[], []]);
    });
    await withRun({ site, ...finish, input: { cloud: 'cedar', breakLock: true }, world }, async (run) => {
      const { question } = await run.gate();
      expect(question).toMatch(/^Break the lock of cedar \(run=1111, fence=7\)\? Nothing is cleaned up/);
      await run.approve();
      expect(await run.handle.result()).toMatchObject({
        sentence: expect.stringMatching(/every host refuses run 1111.* Nothing was cleaned up/) as unknown,
      });
      expect([run.world.starts, run.world.takenOver.length, run.world.given[0]?.mark]).toEqual([[], 1, 'clean']);
    });
  });

  it('tells which hosts earlier runs left with the release before, whether there is a lock or not', async () => {
    const remains = ['ceilometer on cmp1 is still at 1:20.0.0, and not at 1:21.0.0'];
    const world = (toy: ToyRun['world']): void => {
      toy.leftovers = { ...toy.leftovers, remains };
    };
    await withRun({ site, ...finish, world }, async (run) => {
      expect(await run.handle.result()).toMatchObject({ state: 'completed', remains });
      expect((await run.status()).remains).toEqual(remains);
    });
  });

  it('asks again when something cannot be cleaned up', async () => {
    const world = (toy: ToyRun['world']): void => {
      terminated(toy);
      toy.faults['packages/unhold@ctl2'] = ['failed'];
    };
    await withRun({ site, ...finish, world }, async (run) => {
      await run.approve();
      const { gates } = await run.when(({ state }) => state === 'waitingForDecision');
      expect(gates[0]?.question).toMatch(/^1 could not be cleaned up, see "owed"/);
      await run.send('decide', { gate: gates[0]!.code, choice: 'retry', by: 'ana' });
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'completed', owed: [] }));
      expect(run.world.starts.filter((name) => name === 'packages/unhold@ctl2')).toHaveLength(2);
    });
  });

  it('says so when nothing is left, and what it wants when it is asked wrongly', async () => {
    await withRun({ site, ...finish }, async (run) => {
      expect(await run.handle.result()).toEqual(
        expect.objectContaining({
          state: 'completed',
          sentence: 'There is nothing to clean up on cedar: it has no lock.',
        }),
      );
    });
    await withRun({ site, type: 'openstackFinish', input: { cloud: 'cedar', to: 'bobcat' } }, async (run) => {
      expect((await failureOf(run)).message).toMatch(
        /^The request cannot be used: to: is not a known key.*\{"cloud":"cedar"\}$/,
      );
    });
  });
});
