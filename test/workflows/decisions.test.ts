import type { RunResult } from '../../schema/status';
import { toyBatch, toyChange, toyConfirm, toyPhase, toyPlan } from '../support/plan';
import { openSite, withRun, type ToyRun, type ToySite } from './toy-site';

jest.setTimeout(60_000);

let site: ToySite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.teardown());

/** The phase in which steps fail here, and its finally. */
const short = toyPlan({ phases: toyPlan().phases.filter(({ id }) => id === 'database') });

const failing = (...ends: readonly ('failed' | 'overtime' | 'unreachable')[]) => ({
  site,
  plan: short,
  world: (world: ToyRun['world']) => {
    world.faults['heat/db-sync@ctl1'] = [...ends];
  },
});

async function decide({ gate, send }: ToyRun, choice: string): Promise<string> {
  return send('decide', { gate: (await gate()).code, choice, by: 'bo', reason: 'looked' });
}

const sync = 'heat/db-sync@ctl1';

const timesStarted = ({ world }: ToyRun): number => world.starts.filter((name) => name === sync).length;

describe('a step that a person does', () => {
  const moved = toyPlan({
    phases: [toyPhase('cut-over', [toyBatch(['lb1'], [toyConfirm('cut-over/serve'), toyChange('cut-over/next')])])],
  });

  it('stands on the page with a JSON that says it is done, and the run goes on', async () => {
    await withRun({ site, plan: moved }, async (run) => {
      await run.approve();
      expect(await run.gate()).toMatchObject({
        about: { kind: 'confirm', phaseId: 'cut-over', stepId: 'cut-over/serve', host: 'lb1' },
        question: 'Is cut-over/serve done?',
        choices: ['markDone', 'abort'],
      });
      expect(run.world.starts).not.toContain('cut-over/next@lb1');
      expect(await decide(run, 'markDone')).toBe('bo: markDone for cut-over/serve@lb1. Press R to refresh the page.');
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
      expect(run.world.starts).toContain('cut-over/next@lb1');
    });
  });

  it('is refused an answer that makes no sense for it', async () => {
    await withRun({ site, plan: moved }, async (run) => {
      await run.approve();
      const { code } = await run.gate();
      expect(await decide(run, 'skip')).toBe(
        `refused: Gate ${code} is about cut-over/serve@lb1 and does not offer "skip". Nothing changed. Send the update decide with one of: markDone, abort.`,
      );
      expect((await run.gate()).code).toBe(code);
      await decide(run, 'abort');
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'aborted' }));
    });
  });
});

describe('a step that fails', () => {
  it('waits for a person, who sees what happened and may run it again', async () => {
    await withRun(failing('failed'), async (run) => {
      await run.approve();
      expect(await run.gate()).toEqual({
        code: expect.stringMatching(/^[a-z0-9]{6}$/) as string,
        about: { kind: 'failure', phaseId: 'database', stepId: 'heat/db-sync', host: 'ctl1' },
        question: expect.stringMatching(
          /^ctl1: heat db-sync: failed\. What now\?\nleaveHostOut: these steps run on no other host and will not be done: heat db-sync\.\nThe restore point is in /,
        ) as string,
        choices: ['retry', 'skip', 'markDone', 'leaveHostOut', 'abort'],
        accept: [],
        openedAt: expect.any(String) as string,
      });
      expect((await run.status()).state).toBe('waitingForDecision');
      expect(await decide(run, 'retry')).toBe('bo: retry for heat/db-sync@ctl1. Press R to refresh the page.');
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
      expect(timesStarted(run)).toBe(2);
    });
  });

  it.each(['skip', 'markDone', 'leaveHostOut'])('does not end the run when a person says %s', async (choice) => {
    await withRun(failing('failed'), async (run) => {
      await run.approve();
      await decide(run, choice);
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
      expect(timesStarted(run)).toBe(1);
    });
  });

  it('ends the run half-done when a person aborts: finally runs, the guards stay and are owed', async () => {
    await withRun(failing('failed'), async (run) => {
      await run.approve();
      await decide(run, 'abort');
      const result = (await run.handle.result()) as RunResult;
      expect(result).toEqual(
        expect.objectContaining({
          state: 'aborted',
          owed: ['ctl1', 'ctl2'].map((host) => ({
            host,
            title: 'packages unhold',
            command: expect.stringMatching(
              /^OSU_RUN=\S+ sh \/var\/lib\/openstack-upgrade\/runs\/\S+\/steps\/\*-packages-unhold\.sh$/,
            ) as string,
          })),
        }),
      );
      expect(result.sentence).toMatch(
        /^cedar: keystone, heat: aborted between antelope and bobcat\. The cloud is partly upgraded, and its locks and holds stay\./,
      );
      expect(run.world.starts.slice(-2)).toEqual([sync, 'scratch/away@db1']);
      expect(run.world.given).toEqual([expect.objectContaining({ mark: 'half-done' })]);
      expect(run.world.reports.at(-1)?.state).toBe('aborted');
    });
  });

  it('that takes too long is attached to again when a person waits, and ended when a person says kill', async () => {
    await withRun(failing('overtime'), async (run) => {
      await run.approve();
      expect((await run.gate()).choices).toEqual(['wait', 'kill', 'abort']);
      const { code } = await run.gate();
      await decide(run, 'wait');
      await run.when(({ gates }) => gates.some((gate) => gate.code !== code));
      await decide(run, 'kill');
      await run.when(() => run.world.kills.length > 0);
      expect(run.world.kills).toEqual(['heat/db-sync@ctl1 by bo']);
      expect(timesStarted(run)).toBe(1);
      await decide(run, 'abort');
      await run.handle.result();
    });
  });

  it('that takes too long and ends well while the question is open needs nobody: the question goes, with a reason', async () => {
    const world = (toy: ToyRun['world']): void => {
      toy.faults[sync] = ['overtime'];
      toy.lasts.add(sync);
    };
    await withRun({ site, plan: short, world }, async (run) => {
      await run.approve();
      const { code } = await run.gate();
      await run.when(() => run.world.hanging.has(sync));
      run.world.hanging.get(sync)!('done');
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
      expect(timesStarted(run)).toBe(1);
      const [decision] = (await run.status()).decisions.filter(({ via }) => via === 'automatic');
      expect(decision).toMatchObject({
        choice: 'wait',
        by: 'the plan',
        reason: expect.stringContaining('It ended while the question was open') as string,
      });
      expect((await run.status()).decisions.map(({ gate }) => gate)).not.toContain(code);
    });
  });

  it('on two hosts asks twice, each with its own code, and an answer to one leaves the other open', async () => {
    const plan = toyPlan({
      phases: [toyPhase('stop', [toyBatch(['ctl1', 'ctl2'], [toyChange('a'), toyChange('b')])])],
    });
    const world = (toy: ToyRun['world']): void => {
      toy.faults['a@ctl1'] = ['failed'];
      toy.faults['a@ctl2'] = ['failed'];
    };
    await withRun({ site, plan, world }, async (run) => {
      await run.approve();
      const { gates } = await run.when((status) => status.gates.length === 2);
      const [first, second] = gates;
      expect(first!.code).not.toBe(second!.code);
      await run.send('decide', { gate: first!.code, choice: 'skip', by: 'bo' });
      expect(await run.send('decide', { gate: first!.code, choice: 'retry', by: 'ana' })).toMatch(
        new RegExp(`^refused: Gate ${first!.code} was already answered: skip by bo at .* Open now: ${second!.code} `),
      );
      expect(run.world.starts.filter((name) => name.startsWith('b@'))).toEqual([]);
      await run.send('decide', { gate: second!.code, choice: 'retry', by: 'ana' });
      await run.handle.result();
      expect(run.world.starts.filter((name) => name.startsWith('b@')).sort()).toEqual(['b@ctl1', 'b@ctl2']);
    });
  });
});

describe('a gate before a phase', () => {
  it('is asked of the approvers, and opens the phase', async () => {
    const base = toyPlan({ approvers: ['ana'] });
    const gate = { question: 'Everything is proved. Open the APIs?', automatic: false };
    const phases = base.phases.map((phase) => (phase.id === 'open' ? { ...phase, gate } : phase));
    await withRun({ site, plan: { ...base, phases } }, async (run) => {
      await run.approve();
      const asked = (await run.when(({ gates }) => gates.some(({ about }) => about.kind === 'phase'))).gates[0]!;
      expect(asked).toEqual(expect.objectContaining({ question: gate.question, choices: ['approve', 'reject'] }));
      expect(await run.send('approve', { gate: asked.code, by: 'bo' })).toMatch(/^refused: "bo" may not answer/);
      expect(run.world.starts).not.toContain('open/serve@lb1');
      await run.send('approve', { gate: asked.code, by: 'ana' });
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
    });
  });
});

describe('a host that belongs to another owner now', () => {
  it('is a question that a person answers, once it is theirs again', async () => {
    const world = (toy: ToyRun['world']): void => {
      toy.faults['heat/stop@ctl1'] = ['fenced'];
    };
    await withRun({ site, world }, async (run) => {
      await run.approve();
      const { choices } = (await run.when(({ state }) => state === 'waitingForDecision')).gates[0]!;
      expect(choices).toEqual(['retry', 'markDone', 'abort']);
      expect((await run.status()).fence).toBe(1);
      await decide(run, 'retry');
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
      expect(run.world.starts.filter((name) => name === 'heat/stop@ctl1')).toHaveLength(2);
      expect(new Set(run.world.fences)).toEqual(new Set([1]));
    });
  });
});

describe('a host that cannot take the runbook', () => {
  it('is a question, not an endless retry; stopping there gives the lock back', async () => {
    const world = (toy: ToyRun['world']): void => {
      toy.diskFull = 'db1: /var/lib/openstack-upgrade could not be written: No space left on device';
    };
    await withRun({ site, world }, async (run) => {
      await run.approve();
      const { question } = (await run.when(({ state }) => state === 'waitingForDecision')).gates[0]!;
      expect(question).toBe(
        'db1: /var/lib/openstack-upgrade could not be written: No space left on device. Nothing was changed. Try again, or stop here?',
      );
      await decide(run, 'abort');
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'aborted' }));
      expect([run.world.starts, run.world.given.map(({ mark }) => mark)]).toEqual([[], ['clean']]);
    });
  });
});

describe('a cloud that belongs to another run', () => {
  it('is not touched; a person may try again when it is free', async () => {
    const world = (toy: ToyRun['world']): void => {
      toy.lockedBy = 'run=1234';
    };
    await withRun({ site, world }, async (run) => {
      await run.approve();
      const { question, choices } = (await run.when(({ state }) => state === 'waitingForDecision')).gates[0]!;
      expect({ question, choices }).toEqual({
        question: 'cedar belongs to another run: run=1234. Nothing was changed. Try again, or stop here?',
        choices: ['retry', 'abort'],
      });
      expect(run.world.starts).toEqual([]);
      run.world.lockedBy = null;
      await decide(run, 'retry');
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
    });
  });
});
