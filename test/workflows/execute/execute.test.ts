import type { Choice } from '../../../schema/decision';
import type { OutcomeKind } from '../../../schema/outcome';
import { byHand } from '../../../schema/step-name';
import { toyOutcome } from '../../support/outcome';
import { toyBatch, toyChange, toyPhase, toyPlan, toyProbe } from '../../support/plan';
import { scripted } from './scripted-fate';
import { executeToy, type ToyEnd } from './scripted-cloud';

const twoControllers = ['ctl1', 'ctl2'];

/** One batch with two steps on two hosts, then a second batch, in a phase that is not `prepare`. */
const plan = toyPlan({
  phases: [
    toyPhase('stop', [
      toyBatch(twoControllers, [toyChange('a'), toyChange('b')]),
      toyBatch(['ctl1'], [toyChange('c')]),
    ]),
  ],
  finally: { always: [toyBatch(['db1'], [toyChange('x')])], resolved: [toyBatch(['ctl1'], [toyChange('y')])] },
});

const summary = ({ state, starts, owed }: ToyEnd): object => ({ state, starts, owed });
const owed = (host: string, id: string): object => ({
  host,
  title: id,
  command: byHand({ runId: plan.runId, stepId: id }),
});

describe('execute', () => {
  it('walks phases, batches and steps, and ends with finally', async () => {
    expect(summary(await executeToy({ plan, fate: scripted({}) }))).toEqual({
      state: 'completed',
      starts: ['a@ctl1', 'a@ctl2', 'b@ctl1', 'b@ctl2', 'c@ctl1', 'x@db1', 'y@ctl1'],
      owed: [],
    });
  });

  it('says of each phase how far it came', async () => {
    const { phases, phasesEnded } = await executeToy({ plan, fate: scripted({}) });
    const instants = { startedAt: expect.any(String) as string, endedAt: expect.any(String) as string };
    expect(phases).toEqual([
      { id: 'stop', title: 'Phase stop', state: 'complete', stepsDone: 5, steps: 5, ...instants },
      {
        id: 'finally',
        title: 'Finally: clean up',
        state: 'complete',
        stepsDone: 2,
        steps: 2,
        ...instants,
      },
    ]);
    expect(phasesEnded).toBe(1);
  });

  it('runs a step again as a new generation when a person says retry', async () => {
    const fate = scripted({ ends: { 'a@ctl2': ['failed'] }, answers: ['retry'] });
    const { state, starts, outcomes } = await executeToy({ plan, fate });
    expect({ state, starts }).toEqual({
      state: 'completed',
      starts: ['a@ctl1', 'a@ctl2', 'b@ctl1', '!a@ctl2', 'b@ctl2', 'c@ctl1', 'x@db1', 'y@ctl1'],
    });
    expect(
      outcomes.filter(({ stepId }) => stepId === 'a').map(({ kind, generation }) => `${kind} ${generation}`),
    ).toEqual(['done 0', 'failed 0', 'done g1']);
  });

  it.each(['skip', 'markDone'] as const)('goes on behind a failed step when a person says %s', async (answer) => {
    const fate = scripted({ ends: { 'a@ctl2': ['failed'] }, answers: [answer] });
    const { state, starts } = await executeToy({ plan, fate });
    expect({ state, starts }).toEqual({
      state: 'completed',
      starts: ['a@ctl1', 'a@ctl2', 'b@ctl1', 'b@ctl2', 'c@ctl1', 'x@db1', 'y@ctl1'],
    });
  });

  it('touches a host no more that a person left out, and owes what finally would have done there', async () => {
    const fate = scripted({ ends: { 'a@ctl1': ['hostFault'] }, answers: ['leaveHostOut'] });
    expect(summary(await executeToy({ plan, fate }))).toEqual({
      state: 'completed',
      starts: ['a@ctl1', 'a@ctl2', 'b@ctl2', 'x@db1'],
      owed: [owed('ctl1', 'y')],
    });
  });

  it('starts nothing after an abort but finally, and keeps the guards of a half-done cloud', async () => {
    const fate = scripted({ ends: { 'b@ctl1': ['failed'] }, answers: ['abort'] });
    expect(summary(await executeToy({ plan, fate }))).toEqual({
      state: 'aborted',
      starts: ['a@ctl1', 'a@ctl2', 'b@ctl1', 'b@ctl2', 'x@db1'],
      owed: [owed('ctl1', 'y')],
    });
  });

  it('puts everything back after an abort while only preparations were made', async () => {
    const prepare = { ...plan, phases: plan.phases.map((phase) => ({ ...phase, altersCloud: false })) };
    const fate = scripted({ ends: { 'b@ctl1': ['failed'] }, answers: ['abort'] });
    const { state, complete, starts } = await executeToy({ plan: prepare, fate });
    expect({ state, complete, starts }).toEqual({
      state: 'aborted',
      complete: true,
      starts: ['a@ctl1', 'a@ctl2', 'b@ctl1', 'b@ctl2', 'x@db1', 'y@ctl1'],
    });
  });

  it('lets a running change end after a cancel, then runs finally', async () => {
    const fate = scripted({
      before: ({ event, controls }) => {
        if (event === 'end b@ctl1') controls.cancel();
      },
    });
    expect(summary(await executeToy({ plan, fate }))).toEqual({
      state: 'cancelled',
      starts: ['a@ctl1', 'a@ctl2', 'b@ctl1', 'b@ctl2', 'x@db1'],
      owed: [owed('ctl1', 'y')],
    });
  });

  it('does not start finally beside a command that may still run: the question stays open after a cancel', async () => {
    const fate = scripted({
      ends: { 'c@ctl1': ['overtime', 'overtime', 'failed'] },
      answers: ['wait', 'wait'],
      before: ({ event, controls }) => {
        if (event === 'end c@ctl1') controls.cancel();
      },
    });
    const { state, starts, decisions } = await executeToy({ plan, fate });
    expect({ state, starts, choices: decisions.map(({ choice }) => choice) }).toEqual({
      state: 'cancelled',
      starts: ['a@ctl1', 'a@ctl2', 'b@ctl1', 'b@ctl2', 'c@ctl1', 'x@db1'],
      choices: ['wait', 'wait'],
    });
  });

  it('attaches to the same job when a person waits, and learns from it how a killed command ended', async () => {
    const fate = scripted({
      ends: { 'c@ctl1': ['overtime', 'overtime', 'failed'] },
      answers: ['wait', 'kill', 'skip'],
    });
    const { starts, kills, outcomes } = await executeToy({ plan, fate });
    expect(starts.filter((id) => id.includes('c@'))).toEqual(['c@ctl1']);
    expect(kills).toEqual(['c@ctl1']);
    expect(
      outcomes.filter(({ stepId }) => stepId === 'c').map(({ kind, generation }) => `${kind} ${generation}`),
    ).toEqual(['overtime 0', 'overtime 0', 'failed 0']);
  });

  it.each<[string, OutcomeKind[], Choice[], string[], Choice[]]>([
    ['has ended well', ['overtime', 'overtime', 'done'], [], ['overtime', 'done'], ['wait']],
    ['was done already', ['overtime', 'unreachable', 'unchanged'], [], ['overtime', 'unchanged'], ['wait']],
    ['has failed', ['failed'], ['skip'], ['overtime', 'failed'], ['wait', 'skip']],
    ['cannot be seen any more', ['hostFault'], ['wait', 'abort'], ['overtime', 'overtime'], ['wait', 'abort']],
    ['never ends', [], ['wait', 'abort'], ['overtime', 'overtime'], ['wait', 'abort']],
  ])(
    'withdraws a question about a command that takes too long when it %s',
    async (_what, seen, answers, kinds, choices) => {
      const followed: { waits: number; attachOnly: boolean }[] = [];
      const left = [...seen];
      const fate = scripted({
        ends: { 'c@ctl1': ['overtime', 'overtime'] },
        answers,
        follow: ({ host, step, generation, waits, attachOnly }) => {
          followed.push({ waits, attachOnly });
          return Promise.resolve(toyOutcome({ kind: left.shift() ?? 'overtime', stepId: step.id, host, generation }));
        },
      });
      const { outcomes, decisions } = await executeToy({ plan, fate });
      expect(outcomes.filter(({ stepId }) => stepId === 'c').map(({ kind }) => kind)).toEqual(kinds);
      expect(decisions.map(({ choice }) => choice)).toEqual(choices);
      expect(followed.every(({ attachOnly }) => attachOnly)).toBe(true);
      expect(followed.slice(0, 2).map(({ waits }) => waits)).toEqual([1, 3].slice(0, followed.length));
      expect(followed.length).toBeLessThan(102);
      if (answers.length === 0)
        expect(decisions).toMatchObject([
          {
            via: 'automatic',
            reason: expect.stringMatching(
              /It ended while the question was open, so the question was withdrawn\.$/,
            ) as string,
          },
        ]);
    },
  );

  it('leaves out without asking as many hosts as the batch can spare, and asks about the next', async () => {
    const steps = [toyChange('a'), toyChange('b')];
    const spare = { ...plan, phases: [toyPhase('stop', [toyBatch(['ctl1', 'ctl2', 'ctl3'], steps, 1)])] };
    const fate = scripted({ ends: { 'a@ctl1': ['failed'], 'a@ctl2': ['failed'] }, answers: ['skip'] });
    const { starts, decisions } = await executeToy({ plan: spare, fate });
    expect(starts).toEqual(['a@ctl1', 'a@ctl2', 'a@ctl3', 'b@ctl2', 'b@ctl3', 'x@db1']);
    expect(decisions.map(({ choice, via }) => `${choice} ${via}`)).toEqual(['leaveHostOut automatic', 'skip update']);
  });

  it('runs a harmless step again by itself when its host died in it, and asks when that goes on', async () => {
    const harmless = toyChange('a', { onInterrupted: 'rerun' });
    const one = { ...plan, phases: [toyPhase('stop', [toyBatch(['ctl1'], [harmless])])] };
    const fate = scripted({ ends: { 'a@ctl1': Array<'interrupted'>(4).fill('interrupted') }, answers: ['retry'] });
    const { starts, decisions } = await executeToy({ plan: one, fate });
    expect(starts.filter((id) => id.endsWith('a@ctl1'))).toHaveLength(5);
    expect(decisions.map(({ via }) => via)).toEqual(['automatic', 'automatic', 'automatic', 'update']);
  });

  it('asks before it runs a schema migration again that was interrupted', async () => {
    const fate = scripted({ ends: { 'c@ctl1': ['interrupted'] }, answers: ['markDone'] });
    const { state, starts } = await executeToy({ plan, fate });
    expect({ state, times: starts.filter((id) => id.endsWith('c@ctl1')).length }).toEqual({
      state: 'completed',
      times: 1,
    });
  });

  it('asks before a gated phase, and changes nothing more when a person rejects it', async () => {
    const gate = { question: 'Open?', automatic: false };
    const gated = {
      ...plan,
      phases: [...plan.phases, toyPhase('open', [toyBatch(['lb1'], [toyChange('d')])], { gate })],
    };
    const { state, starts, phases } = await executeToy({ plan: gated, fate: scripted({ answers: ['reject'] }) });
    expect({ state, last: starts.at(-1), phases: phases.map((phase) => phase.state) }).toEqual({
      state: 'aborted',
      last: 'x@db1',
      phases: ['complete', 'waiting', 'stopped'],
    });
  });

  it('answers an automatic gate itself and writes that down', async () => {
    const gate = { question: 'Open?', automatic: true };
    const gated = { ...plan, phases: [toyPhase('open', [toyBatch(['lb1'], [toyChange('d')])], { gate })] };
    const { state, decisions } = await executeToy({ plan: gated, fate: scripted({}) });
    expect({ state, decisions }).toEqual({
      state: 'completed',
      decisions: [
        expect.objectContaining({ about: { kind: 'phase', phaseId: 'open' }, choice: 'approve', via: 'automatic' }),
      ],
    });
  });

  it('looks again after drift until the cloud is as planned, or a person accepts what it is', async () => {
    const preconditions = twoControllers.map((host) => ({ host, probe: toyProbe('as-planned') }));
    const drifting = { ...plan, phases: [toyPhase('stop', [toyBatch(['ctl1'], [toyChange('a')])], { preconditions })] };
    const ends = { 'as-planned@ctl2': ['notReady', 'notReady'] } as const;
    const { state, starts } = await executeToy({
      plan: drifting,
      fate: scripted({ ends, answers: ['retry', 'markDone'] }),
    });
    expect({ state, starts }).toEqual({
      state: 'completed',
      starts: [
        'as-planned@ctl1',
        'as-planned@ctl2',
        '!as-planned@ctl1',
        '!as-planned@ctl2',
        'a@ctl1',
        'x@db1',
        'y@ctl1',
      ],
    });
  });

  it('serves in finally as after the last completed phase, never as after one that broke off', async () => {
    const serving = (id: string): ReturnType<typeof toyBatch> => toyBatch(['lb1'], [toyChange(id)]);
    const phases = ['one', 'two', 'three'].map((id) =>
      toyPhase(id, [toyBatch(['ctl1'], [toyChange(`${id}/work`)])], {
        serving: id === 'two' ? null : serving(`${id}/serve`),
      }),
    );
    const fate = scripted({ ends: { 'three/work@ctl1': ['failed'] }, answers: ['abort'] });
    const { starts, outcomes } = await executeToy({ plan: { ...plan, phases }, fate });
    expect(starts).toEqual([
      'one/work@ctl1',
      'one/serve@lb1',
      'two/work@ctl1',
      'three/work@ctl1',
      'one/serve@lb1',
      'x@db1',
    ]);
    expect(outcomes.map(({ phaseId, stepId }) => `${phaseId}: ${stepId}`)).toEqual([
      'one: one/work',
      'one: one/serve',
      'two: two/work',
      'three: three/work',
      'finally: one/serve',
      'finally: x',
    ]);
  });

  it('asks nothing in finally: what fails there is owed with its command, and a host that is gone is tried once', async () => {
    const always = [toyBatch(['db1', 'ctl2'], [toyChange('x'), toyChange('z')])];
    const fate = scripted({ ends: { 'x@db1': ['unreachable'], 'x@ctl2': ['failed'] } });
    const {
      state,
      starts,
      owed: left,
    } = await executeToy({ plan: { ...plan, phases: [], finally: { always, resolved: [] } }, fate });
    expect({ state, starts, left }).toEqual({
      state: 'completed',
      starts: ['x@db1', 'x@ctl2', 'z@ctl2'],
      left: [owed('db1', 'x'), owed('db1', 'z'), owed('ctl2', 'x')],
    });
  });

  it('starts nothing while it is paused, and lets what runs end', async () => {
    const seen: string[] = [];
    const fate = scripted({
      before: ({ event, controls }) => {
        if (event === 'end a@ctl1') controls.pause();
        seen.push(`${event}${controls.view().paused ? ' (paused)' : ''}`);
      },
    });
    const { state } = await executeToy({ plan, fate });
    expect(state).toBe('completed');
    expect(seen.slice(0, 4)).toEqual(['end a@ctl1 (paused)', 'end a@ctl2 (paused)', 'end b@ctl1', 'end b@ctl2']);
  });
});
