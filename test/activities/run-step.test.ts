import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reach } from '../../activities/reach';
import { createJobs, createRootShell, type JobStatus } from '../../remote';
import { killStep } from '../../activities/kill-step';
import { runStep } from '../../activities/run-step';
import type { StepMemory } from '../../activities/step-run';
import { change, probe, watch } from '../../plan/change';
import type { Outcome } from '../../schema/outcome';
import type { CommandStep } from '../../schema/plan';
import { lines, raw, sh, type ShellText } from '../../shell/sh';
import { toyCloud } from '../../testing/toy-survey';
import { localTransport } from '../remote/ssh/local-transport';

const asRootOnly = process.getuid?.() === 0 ? describe : describe.skip;

asRootOnly('a step on a host (needs root: jobs run as root)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'run-step-'));
  const file = (name: string): string => join(directory, name);
  let broken: readonly string[] = [];
  const cloud = { ...toyCloud(['ctl1']), policy: { unreachableSeconds: 1, workEndsSeconds: 1 } };
  const transport = localTransport({ broken: () => broken });
  const root = createRootShell({ transport });
  const reach: Reach = { cloud, transport, root, jobs: createJobs({ root, base: join(directory, 'state') }) };

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function run(
    step: CommandStep,
    generation = '0',
    waits = 0,
    memory: StepMemory | null = null,
  ): Promise<Outcome> {
    return runStep({
      input: { runId: 'run-1', cloud: 'cedar', cloudDigest: cloud.digest, host: 'ctl1', step, generation, waits },
      reach,
      memory,
      remember: () => undefined,
      signal: new AbortController().signal,
      now: () => new Date(),
    });
  }

  const rest = { effects: [], onInterrupted: 'ask', timeoutSeconds: 20, requirements: [] } as const;

  it('is done once, and the same generation never starts twice', async () => {
    const step = change({ id: 'toy/count', title: 'count', check: null, run: sh`echo x >> ${file('count')}`, ...rest });
    expect((await run(step)).kind).toBe('done');
    expect((await run(step)).kind).toBe('done');
    expect(readFileSync(file('count'), 'utf8')).toBe('x\n');
  });

  it('is unchanged when it is done already', async () => {
    const step = change({ id: 'toy/so', title: 'be so', check: sh`true`, run: sh`false`, ...rest });
    expect(await run(step)).toMatchObject({ kind: 'unchanged', sentence: 'ctl1: be so: already done' });
  });

  it('fails with the last words of the command, secrets taken out', async () => {
    const step = change({
      id: 'toy/fail',
      title: 'dial',
      check: null,
      run: lines(sh`echo 'cannot reach rabbit://heat:geheim@mq1:5672/' >&2`, sh`exit 3`),
      ...rest,
    });
    expect(await run(step)).toMatchObject({
      kind: 'failed',
      exitCode: 3,
      sentence: 'ctl1: dial: exited 3: cannot reach rabbit://heat:***@mq1:5672/',
    });
  });

  it('runs again, as another generation, when a person says so', async () => {
    const step = change({ id: 'toy/again', title: 'again', check: null, run: sh`test -e ${file('mended')}`, ...rest });
    expect((await run(step)).kind).toBe('failed');
    writeFileSync(file('mended'), '');
    expect((await run(step)).kind).toBe('failed');
    expect((await run(step, 'b')).kind).toBe('done');
  });

  it('says overtime and leaves the command alone; waiting finds it again', async () => {
    const step = change({ id: 'toy/slow', title: 'slow', check: null, run: sh`sleep 3`, ...rest, timeoutSeconds: 1 });
    expect(await run(step)).toMatchObject({ kind: 'overtime', stillRunning: true });
    expect(await run(step, '0', 5)).toMatchObject({ kind: 'done' });
  });

  it('gives OSU_RUN and OSU_HOST to probes and changes alike', async () => {
    const say = raw(`echo "$OSU_RUN on $OSU_HOST"`);
    expect((await run(probe({ id: 'toy/say', title: 'say', script: say, requirements: [] }))).sentence).toBe(
      'run-1 on ctl1',
    );
    expect((await run(change({ id: 'toy/say2', title: 'say', check: null, run: say, ...rest }))).stdoutTail).toBe(
      'run-1 on ctl1\n',
    );
  });

  it('looks again until it holds, and tells the last word when it does not', async () => {
    const step = probe({
      id: 'toy/wait',
      title: 'three lines',
      script: sh`echo l >> ${file('lines')}; echo "$(wc -l < ${file('lines')}) lines"; test "$(wc -l < ${file('lines')})" -ge 3`,
      retryForSeconds: 10,
      everySeconds: 0.05,
      requirements: [],
    });
    expect(await run(step)).toMatchObject({ kind: 'done', sentence: '3 lines' });
    const never = probe({
      id: 'toy/never',
      title: 'no stack',
      script: sh`echo '2 stacks in work: web db'; false`,
      requirements: [],
    });
    expect(await run(never)).toMatchObject({
      kind: 'notReady',
      sentence: 'ctl1: no stack: check failed: 2 stacks in work: web db',
    });
  });

  // Waiting again is another activity: it begins its own time, which is as long as before.
  it.each([
    ['first', 0],
    ['third', 3],
  ])(
    'asks once more, and then gives up, when the time of the %s wait went by while its worker was dead',
    async (name, waits) => {
      const looks = file(`looks-${name}`);
      const step = probe({
        id: `toy/late-${name}`,
        title: 'late',
        script: sh`echo x >> ${looks}; false`,
        retryForSeconds: 60,
        everySeconds: 0.05,
        requirements: [],
      });
      const lookingSinceAt = new Date(Date.now() - 61_000).toISOString();
      expect((await run(step, '0', waits, { lookingSinceAt })).kind).toBe('notReady');
      expect(readFileSync(looks, 'utf8')).toBe('x\n');
    },
  );

  it('takes a probe whose first line fails for not ready', async () => {
    const step = probe({ id: 'toy/first', title: 'first', script: lines(sh`false`, sh`echo fine`), requirements: [] });
    expect((await run(step)).kind).toBe('notReady');
  });

  it("says unreachable after the policy's time, for a probe and for a change", async () => {
    broken = ['ctl1'];
    const step = change({ id: 'toy/gone', title: 'gone', check: null, run: sh`true`, ...rest });
    expect(await run(step)).toMatchObject({ kind: 'unreachable', stillRunning: false });
    expect(await run(probe({ id: 'toy/gone', title: 'gone', script: sh`true`, requirements: [] }))).toMatchObject({
      kind: 'unreachable',
    });
    broken = [];
    expect((await run(step)).kind).toBe('done');
  });

  /** The supervisor first, then the command itself: what a host that runs out of memory does. */
  const dies = (words: string): ShellText => sh`echo ${words} >&2; touch ${file('half')}; kill -9 $PPID; kill -9 $$`;

  it('puts what can be seen beside the question when nobody knows how far it came', async () => {
    const step = change({
      id: 'toy/migrate',
      title: 'migrate',
      check: sh`test -e ${file('whole')}`,
      run: dies('table 3 of 9, as rabbit://heat:geheim@mq1:5672/'),
      ...rest,
      whenUnknown: sh`echo 'revision 85, wants 86'; echo 'no process of toy-manage on this host'`,
    });
    const { kind, sentence } = await run(step);
    expect(kind).toBe('interrupted');
    expect(sentence).toContain('Last output: table 3 of 9, as rabbit://heat:***@mq1:5672/');
    expect(sentence).toMatch(/Current state: revision 85, wants 86; no process of toy-manage on this host$/);
    expect((await run(step)).kind).toBe('interrupted');
  });

  it('takes an interrupted step for done only when it is to be checked and its check holds', async () => {
    const parts = { title: 'install', run: dies('half-way'), ...rest, onInterrupted: 'check' } as const;
    const done = change({ id: 'toy/install', check: sh`test -e ${file('half')}`, ...parts });
    rmSync(file('half'), { force: true });
    expect(await run(done)).toMatchObject({
      kind: 'done',
      sentence: 'ctl1: install: was interrupted, but its check passes: done',
    });
    const not = change({ id: 'toy/install-not', check: sh`test -e ${file('whole')} || { echo no; false; }`, ...parts });
    expect(await run(not)).toMatchObject({
      kind: 'interrupted',
      sentence: expect.stringMatching(/Current state: no$/) as unknown,
    });
  });

  it('neither starts nor ends anything for a run whose cloud has another owner by now', async () => {
    const slow = change({ id: 'toy/held', title: 'held', check: null, run: sh`sleep 5`, ...rest, timeoutSeconds: 1 });
    const late = change({ id: 'toy/late', title: 'late', check: null, run: sh`touch ${file('late')}`, ...rest });
    expect(await run(slow)).toMatchObject({ kind: 'overtime' });
    await reach.jobs.raiseFence({ host: 'ctl1', cloud: 'cedar', number: 5, by: 'bo', reason: 'finish' });
    const older = { runId: 'run-1', cloud: 'cedar', host: 'ctl1', generation: '0', fence: 4 };
    const ended = await killStep({
      reach,
      input: { ...older, stepId: 'toy/held', by: 'ana', reason: 'test' },
      signal: new AbortController().signal,
      now: () => new Date(),
    });
    expect(ended).toMatchObject({ kind: 'failed', stillRunning: true });
    expect(ended.sentence).toMatch(
      /^ctl1: toy\/held was not ended: the host now belongs to bo \(since .*: finish\)\. Ask them\.$/,
    );
    const refused = await runStep({
      input: { ...older, cloudDigest: cloud.digest, step: late },
      reach,
      memory: null,
      remember: () => undefined,
      signal: new AbortController().signal,
      now: () => new Date(),
    });
    expect(refused).toMatchObject({ kind: 'fenced', stillRunning: false });
    expect(existsSync(file('late'))).toBe(false);
  });

  it('says why a command was not ended, when the disk of its host is full', async () => {
    const status: JobStatus = {
      ...{ state: 'NO_SPACE', incarnation: '', outBytes: 0, errBytes: 0, otherBoot: false, leftBehind: false },
      text: 'write error: No space left on device',
    };
    const full = { ...reach, jobs: { ...reach.jobs, cancel: () => Promise.resolve(status) } };
    const ended = await killStep({
      reach: full,
      input: {
        runId: 'run-1',
        cloud: 'cedar',
        host: 'ctl1',
        generation: '0',
        stepId: 'toy/x',
        by: 'ana',
        reason: 'test',
      },
      signal: new AbortController().signal,
      now: () => new Date(),
    });
    expect(ended).toMatchObject({
      kind: 'failed',
      stillRunning: true,
      sentence:
        'ctl1: toy/x was not ended, because the host could not write to its disk: write error: No space left on device. Fix the disk, then send kill again.',
    });
  });

  it('leaves a watch running until its stop file', async () => {
    const step = watch({
      id: 'toy/watch',
      title: 'watch',
      script: sh`until test -e ${file('stop')}; do sleep 0.05; done; touch ${file('stopped')}`,
      requirements: [],
    });
    expect(await run(step)).toMatchObject({ kind: 'done', stillRunning: true });
    expect(existsSync(file('stopped'))).toBe(false);
    writeFileSync(file('stop'), '');
    const ended = probe({
      id: 'toy/ended',
      title: 'ended',
      script: sh`test -e ${file('stopped')}`,
      retryForSeconds: 10,
      everySeconds: 0.05,
      requirements: [],
    });
    expect((await run(ended)).kind).toBe('done');
  });
});
