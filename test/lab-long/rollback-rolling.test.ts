import '../lab/lab-own-network';
import type { Gate } from '../../schema/decision';
import type { RunStatus } from '../../schema/status';
import { beginStack, createStack, stackStatus, updateStack } from '../lab/cloud-stack';
import { differences, exactCloud } from '../lab/exact-cloud';
import { rollId } from '../lab/rolling-proof';
import { insist, onHost, openGate, sleep, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(60 * 60 * 1000);

const rollbackId = 'cedar.rollback';
const accepting = ({ code, accept }: Gate): { gate: string; by: string; reason: string; accept: string[] } => ({
  gate: code,
  by: 'ana',
  reason: 'test',
  accept: [...accept],
});

/** The other rollback of a rolling run: nobody is served for a time, and the database returns as well. */
describe('a rolling upgrade that is returned to its dump', () => {
  let rig: UpgradeRig;
  let before: readonly string[];

  beforeAll(async () => {
    rig = await startRig();
    await createStack({ name: 'from-before' });
    before = await exactCloud();
  });
  afterAll(() => rig.stop());

  /** Rolls up to the gate before this phase, or to the end. */
  async function roll({ to }: { to: string | null }): Promise<Gate | null> {
    const { client } = rig;
    const gates = to === null ? [] : [to];
    const options = { openAutomatically: to === null, gates };
    await client.startPartial({ cloud: 'cedar', to: 'bobcat', services: ['heat'], options });
    const plan = await openGate({ client, id: rollId, about: 'plan', forSeconds: 240 });
    await client.approve(rollId, accepting(plan));
    if (to === null) {
      await untilStatus({ client, id: rollId, holds: ({ state }) => state === 'completed', forSeconds: 1800 });
      return null;
    }
    const cutOver = await gateBefore('cut-over');
    // The new code is proved and serves nobody yet: from the migration on both rollbacks are there.
    expect(cutOver.choices).toEqual(['approve', 'reject', 'rollBack', 'rollBackWithRestore']);
    await client.approve(rollId, accepting(cutOver));
    return gateBefore(to);
  }

  async function gateBefore(phase: string): Promise<Gate> {
    const wanted = ({ about }: Gate): boolean => about.kind === 'phase' && about.phaseId === phase;
    const { gates } = await untilStatus({
      client: rig.client,
      id: rollId,
      holds: (status) => status.gates.some((gate) => wanted(gate) || gate.about.kind === 'failure'),
      forSeconds: 1800,
    });
    const gate = gates.find(wanted);
    if (gate === undefined) throw new Error(`before phase ${phase}: ${gates[0]?.question ?? 'no gate'}`);
    return gate;
  }

  /** The next question that is not one of these, or the end. */
  async function next(options: { id: string; known: readonly string[] }): Promise<RunStatus> {
    const { id, known } = options;
    return untilStatus({
      client: rig.client,
      id,
      holds: ({ state, gates }) =>
        state === 'completed' || state === 'rolledBack' || gates.some(({ code }) => !known.includes(code)),
      forSeconds: 1500,
    });
  }

  it('from a gate behind its cut-over: kind by kind accepted, closed until a person opens, exactly as before', async () => {
    const { client } = rig;
    const rolled = roll({ to: 'verify' });
    // It is in progress when the dump is made, and ends while the run goes on.
    await untilStatus({ client, id: rollId, holds: ({ state }) => state === 'running', forSeconds: 300 });
    await beginStack({ name: 'in-dump', workSeconds: 120 });
    const gate = await rolled;
    if (gate === null) throw new Error('no gate before verify');
    await createStack({ name: 'from-after' });
    expect(gate.question).toMatch(/\nrollBack: .*keep what they wrote/);
    expect(gate.question).toMatch(/\nrollBackWithRestore: .*Expect an outage of more than \d+ s/);
    process.stdout.write(`${gate.question}\n`);
    await client.decide(rollId, { gate: gate.code, choice: 'rollBackWithRestore', by: 'bo', reason: 'test' });

    const loss = await openGate({ client, id: rollId, about: 'loss', forSeconds: 300 });
    process.stdout.write(`${loss.question}\n`);
    expect(loss.accept).toEqual(['writes-are-lost', 'lost-stacks']);
    expect(loss.question).toMatch(
      /^The state to return to was listed at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\. .*from-after/m,
    );
    await expect(
      client.approve(rollId, { gate: loss.code, by: 'ana', reason: 'test', accept: ['writes-are-lost'] }),
    ).rejects.toThrow(/these losses are not accepted: lost-stacks\. The gate stays open/);
    const startedAt = Date.now();
    await client.approve(rollId, accepting(loss));

    const known = [gate.code, loss.code];
    const open = (await next({ id: rollId, known })).gates.find(({ code }) => !known.includes(code));
    expect(open?.about).toMatchObject({ kind: 'phase', phaseId: 'restore-open' });
    expect(open?.choices).toEqual(['approve', 'reject']);
    process.stdout.write(
      `closed for ${String(Math.round((Date.now() - startedAt) / 1000))} s until the last question\n`,
    );
    await client.approve(rollId, { gate: open?.code ?? '', by: 'ana', reason: 'test' });
    known.push(open?.code ?? '');

    // The dump has it in progress, and whoever worked on it is gone.
    const stuck = (await next({ id: rollId, known })).gates.find(({ code }) => !known.includes(code));
    process.stdout.write(`${stuck?.question ?? 'nothing is stuck'}\n`);
    expect(stuck?.about).toMatchObject({ kind: 'failure', stepId: 'restore-open/none-stuck' });
    expect(stuck?.question).toContain('in-dump (CREATE since');
    expect(stuck?.choices).toContain('repair');
    await client.decide(rollId, { gate: stuck?.code ?? '', choice: 'repair', by: 'bo', reason: 'test' });
    known.push(stuck?.code ?? '');
    // Somebody works on it again: the run need not wait for its end.
    expect((await next({ id: rollId, known })).state).toBe('rolledBack');
    const { sentence, owed } = (await client.result(rollId)) as { sentence: string; owed: readonly unknown[] };
    expect([sentence, owed]).toEqual([
      'cedar: heat rolled back to antelope: every started phase is undone, and heat was restored from the restore point.',
      [],
    ]);
    await untilEnded({ name: 'in-dump' });
    expect(exceptTheStuckOne(differences({ before, now: await exactCloud() }))).toEqual([]);
    await expect(stackStatus({ name: 'from-after' })).rejects.toThrow();
    expect(await stackStatus({ name: 'in-dump' })).toBe('UPDATE_COMPLETE');
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });

  it('by another run, once it has completed, and says before what the two rollbacks are', async () => {
    const { client } = rig;
    before = await exactCloud();
    await roll({ to: null });
    await createStack({ name: 'from-after' });
    await insist(() => client.rollback({ cloud: 'cedar' }));
    await expect(client.result(rollbackId)).rejects.toThrow(/there are two rollbacks of it/);
    await insist(() => client.rollback({ cloud: 'cedar', options: { withRestore: true } }));
    const plan = await openGate({ client, id: rollbackId, about: 'plan', forSeconds: 240 });
    expect(plan.accept.toSorted()).toEqual(['lost-stacks', 'writes-are-lost']);
    await client.approve(rollbackId, accepting(plan));
    const open = (await next({ id: rollbackId, known: [plan.code] })).gates.find(({ code }) => code !== plan.code);
    expect(open?.about).toMatchObject({ kind: 'phase', phaseId: 'restore-open' });
    await client.approve(rollbackId, { gate: open?.code ?? '', by: 'ana', reason: 'test' });
    const end = await next({ id: rollbackId, known: [plan.code, open?.code ?? ''] });
    expect({ state: end.state, gates: end.gates, owed: end.owed }).toEqual({ state: 'completed', gates: [], owed: [] });
    expect(exceptKeystone(differences({ before, now: await exactCloud() }))).toEqual([]);
    await expect(stackStatus({ name: 'from-after' })).rejects.toThrow();
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
    const vhosts = await onHost({ host: 'mq1', command: 'rabbitmqctl -q list_vhosts name --no-table-headers' });
    expect(vhosts).toBe('/\n');
  });
});

async function untilEnded({ name }: { name: string }): Promise<void> {
  for (let looks = 0; looks < 300; looks++) {
    if (!(await stackStatus({ name })).endsWith('IN_PROGRESS')) return;
    await sleep(1000);
  }
}

/** It was there neither before the run nor without its repair: its own rows are new, and nothing else may differ. */
function exceptTheStuckOne(lines: readonly string[]): readonly string[] {
  return exceptKeystone(lines).filter((line) => !/^\+ db1 (?:stack\t\S+\tin-dump|resource)\t/.test(line));
}

/** Keystone is not restored with Heat: the project that Heat makes there for each stack stays, also for those that are lost. */
function exceptKeystone(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !/^[-+] db1 table keystone\.project \d+$/.test(line));
}
