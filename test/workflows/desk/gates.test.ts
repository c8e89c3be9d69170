import type { Decision } from '../../../schema/decision';
import type { MessageRefusal } from '../../../schema/failure';
import type { Question } from '../../../workflows/execute/effects';
import { gateCode } from '../../../workflows/desk/gate-code';
import { createGates, type Answer, type Gates } from '../../../workflows/desk/gates';

const at = '2026-11-21T03:04:05.000Z';

const plan: Question = {
  about: { kind: 'plan', digest: 'd1ge57' },
  question: 'Upgrade?',
  choices: ['approve', 'reject'],
  approvers: ['ana', 'bo'],
  warnings: ['disk-nearly-full@db1'],
  withdrawn: () => false,
};

const failure: Question = {
  about: { kind: 'failure', phaseId: 'database', stepId: 'heat/db-sync', host: 'ctl1' },
  question: 'ctl1: heat db sync: exited 1. What now?',
  choices: ['retry', 'skip', 'abort'],
  approvers: [],
  warnings: [],
  withdrawn: () => false,
};

/** Gates of a run in which nothing moves by itself; `wake` lets the waiting look again. */
function gatesOf(uuids: readonly string[]): { gates: Gates; wake: () => Promise<void> } {
  const left = [...uuids];
  const waiting: { readonly holds: () => boolean; readonly go: () => void }[] = [];
  const gates = createGates({
    uuid: () => left.shift() ?? 'ffffffff-ffff-4fff-8fff-ffffffffffff',
    now: () => at,
    until: (holds) => new Promise((go) => waiting.push({ holds, go })),
    changed: () => undefined,
  });
  const wake = async (): Promise<void> => {
    waiting
      .filter(({ holds }) => holds())
      .forEach(({ go }) => {
        go();
      });
    await new Promise(setImmediate);
  };
  return { gates, wake };
}

const one = '6f1d0c7a-8f4e-4b7e-9a55-3f1f0f6f2b11';
const two = '0b9f8a1c-2d3e-4f50-8a6b-7c8d9eafb0c1';
const answer = (parts: Partial<Answer>): Answer => ({
  gate: gateCode(one),
  choice: 'approve',
  by: 'ana',
  reason: '',
  accept: ['disk-nearly-full@db1'],
  ...parts,
});

describe('a gate', () => {
  it('has a code of six characters that can be read aloud, a letter first', () => {
    expect([gateCode(one), gateCode(two)]).toEqual(['u3ffha', 'jjnz4k']);
  });

  it('never has the code of another gate of its run', async () => {
    const { gates } = gatesOf([one, one, one, two]);
    void gates.ask(plan);
    void gates.ask(failure);
    await Promise.resolve();
    expect(gates.open().map(({ code }) => code)).toEqual([gateCode(one), gateCode(two)]);
  });

  it('takes the answer it offers, from whoever may give it, and closes at once', async () => {
    const { gates, wake } = gatesOf([one]);
    const asked = gates.ask(plan);
    expect(gates.refusal(answer({ reason: 'CHG-1' }))).toBeNull();
    gates.take({ answer: answer({ reason: 'CHG-1' }), via: 'update' });
    expect(gates.open()).toEqual([]);
    await wake();
    const decision: Decision = { ...answer({ reason: 'CHG-1' }), about: plan.about, via: 'update', at };
    expect(await asked).toEqual(decision);
    expect(gates.decisions()).toEqual([decision]);
  });

  it('closes without an answer when its question is withdrawn', async () => {
    let stopped = false;
    const { gates, wake } = gatesOf([one]);
    const asked = gates.ask({ ...plan, withdrawn: () => stopped });
    stopped = true;
    expect(gates.refusal(answer({}))).toEqual({
      why: 'runEnding',
      sentence: 'Gate u3ffha is closing, because the run is stopping. Your answer approve changed nothing.',
    });
    await wake();
    expect(await asked).toBeNull();
    expect(gates.open()).toEqual([]);
  });

  it.each<[string, Partial<Answer>, MessageRefusal['why'], string]>([
    [
      'a code that no gate has',
      { gate: 'xxxxxx' },
      'gateNotOpen',
      'There is no open gate "xxxxxx". Nothing changed. Open now: u3ffha (the plan), jjnz4k (heat/db-sync@ctl1). Press R on Current Details and copy the JSON from that page.',
    ],
    [
      'an approval at a failure',
      { gate: gateCode(two) },
      'choiceNotOffered',
      'Gate jjnz4k is about heat/db-sync@ctl1 and does not offer "approve". Nothing changed. Send the update decide with one of: retry, skip, abort.',
    ],
    [
      'a choice that this failure does not offer',
      { gate: gateCode(two), choice: 'kill' },
      'choiceNotOffered',
      'Gate jjnz4k is about heat/db-sync@ctl1 and does not offer "kill". Nothing changed. Send the update decide with one of: retry, skip, abort.',
    ],
    [
      'a decision at the plan',
      { choice: 'retry' },
      'choiceNotOffered',
      'Gate u3ffha is about the plan and does not offer "retry". Nothing changed. Send the update approve or reject instead.',
    ],
    [
      'somebody who is no approver',
      { by: 'mallory' },
      'notApprover',
      '"mallory" may not answer gate u3ffha. Nothing changed. Ask one of the approvers in the cloud file: ana, bo.',
    ],
    [
      'an approval that accepts no warning',
      { accept: [] },
      'warningsNotAccepted',
      'Not approved: these warnings are not accepted: disk-nearly-full@db1. Read them, then add to the JSON: "accept": ["disk-nearly-full@db1"].',
    ],
    [
      'the acceptance of something that is no warning',
      { accept: ['disk-full@db1'] },
      'warningsNotAccepted',
      '"accept" contains disk-full@db1, but the warnings of this plan are: disk-nearly-full@db1. Nothing changed. Read the findings again, then send the ids that you accept.',
    ],
  ])('refuses %s with a sentence that says what to do', async (_, parts, why, sentence) => {
    const { gates } = gatesOf([one, two]);
    void gates.ask(plan);
    void gates.ask(failure);
    await Promise.resolve();
    expect(gates.refusal(answer(parts))).toEqual({ why, sentence });
  });

  it.each<[string, readonly string[], string]>([
    ['a part of it', ['writes-are-lost', 'lost-stacks'], 'these losses are not accepted: restored-stacks.'],
    [
      'what is not lost',
      ['writes-are-lost', 'lost-users'],
      '"accept" contains lost-users, which this rollback does not take away.',
    ],
  ])('keeps the question of what is lost open where a person accepts %s', async (_, accept, said) => {
    const { gates } = gatesOf([one]);
    void gates.ask({
      ...plan,
      about: { kind: 'loss', phaseId: 'cut-over' },
      question: 'Restore heat?',
      warnings: ['writes-are-lost', 'lost-stacks', 'restored-stacks'],
    });
    await Promise.resolve();
    const refusal = gates.refusal(answer({ accept: [...accept] }));
    expect(refusal).toEqual({
      why: 'warningsNotAccepted',
      sentence:
        `Not rolled back: ${said} The gate stays open, and nothing is undone. Read the list, then approve with "accept": ` +
        '["writes-are-lost","lost-stacks","restored-stacks"]. To keep what users wrote, send reject.',
    });
    expect(gates.open()).toHaveLength(1);
    expect(gates.refusal(answer({ accept: ['writes-are-lost', 'lost-stacks', 'restored-stacks'] }))).toBeNull();
  });

  it('tells a stale browser tab who has answered before', async () => {
    const { gates, wake } = gatesOf([one]);
    void gates.ask(plan);
    gates.take({ answer: answer({}), via: 'update' });
    await wake();
    expect(gates.refusal(answer({ by: 'bo' }))).toEqual({
      why: 'gateAnswered',
      sentence: `Gate u3ffha was already answered: approve by ana at ${at}. Nothing changed. No gate is open now, so there is nothing to answer.`,
    });
  });
});
