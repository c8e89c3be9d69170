import { doneSteps, startedSteps } from '../../activities/progress-on-host';
import { jobId } from '../../remote';
import type { Plan } from '../../schema/plan';
import { earlierPlan, phaseIds, rollbackOf, wholeRun } from '../support/planned-rollback';

/** What is undone depends on how far the run came, as its hosts have it. */
describe('the rollback of an earlier run', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'to its end',
      wholeRun,
      [
        'guards',
        'back-work',
        'back-close',
        'back-configuration',
        'back-databases',
        'back-packages',
        'back-stop',
        'back-open',
        'back-proof',
      ],
    ],
    [
      'to the migration',
      ['packages/install', 'heat/db-sync'],
      [
        'guards',
        'back-close',
        'back-configuration',
        'back-databases',
        'back-packages',
        'back-stop',
        'back-open',
        'back-proof',
      ],
    ],
    ['to the stop', ['heat/stop-heat-engine'], ['guards', 'back-stop', 'back-open', 'back-proof']],
    ['to nothing but preparations', ['restore-point/packages'], ['guards', 'back-proof']],
    ['nowhere', [], ['guards', 'back-proof']],
  ])('undoes what a run that came %s may have begun', (_, done, phases) => {
    expect(phaseIds(rollbackOf({ done }))).toEqual(phases);
  });

  it('undoes a phase of which a step was started, whatever became of it', () => {
    const done = ['heat/stop-heat-engine'];
    expect(phaseIds(rollbackOf({ done, started: ['packages/install'] }))).toEqual([
      'guards',
      'back-packages',
      'back-stop',
      'back-open',
      'back-proof',
    ]);
    expect(phaseIds(rollbackOf({ done, started: ['heat/db-sync'] }))).toContain('back-databases');
  });

  it('knows a step of the lead from the same one of the rest: before the migration nothing is restored', () => {
    const plan = earlierPlan('staged');
    const on = (host: string, done: readonly string[]): Plan => rollbackOf({ plan, done, on: host });
    expect(phaseIds(on('ctl1', ['heat/stop-heat-engine', 'packages/install']))).toEqual([
      'guards',
      'back-lead-code',
      'back-lead-leaves',
      'back-proof',
    ]);
    expect(phaseIds(on('ctl2', ['packages/install']))).toContain('back-databases');
  });

  it.each<[readonly string[], readonly string[]]>([
    [['restore-point/packages'], ['run-only-prepared']],
    [['restore-point/packages', 'heat/stop-heat-engine'], []],
  ])('says whether a run that completed %j changed anything', (done, ids) => {
    expect(rollbackOf({ done }).findings.map(({ id }) => id)).toEqual(ids);
  });

  it('reads from a host which steps are done', () => {
    const text = [
      'step=packages/fetch job=10183c6c8fed71f1430c32bae5c50d35 rc=0 why=exit out=1005 err=0 at=2026-11-29T20:15:06Z ms=320',
      'step=packages/passive job=4a429252240011be6c62ab936b1a4df9 rc=200 why=exit out=0 err=0 at=2026-11-29T20:16:23Z ms=650',
      'step=heat/db-sync job=2a9f8a4805eb5f54090f0c354516036d rc=97 why=exit out=0 err=45 at=2026-11-29T20:16:24Z ms=920',
      '',
    ].join('\n');
    expect(doneSteps(text)).toEqual(['packages/fetch', 'packages/passive']);
  });

  it('reads from a host which steps were started: the first start of each has a name that can be told', () => {
    const plan = earlierPlan();
    const job = jobId({ runId: plan.runId, step: 'heat/db-sync', host: 'ctl1', generation: '0' });
    expect(startedSteps({ plan, host: 'ctl1', jobs: ['10183c6c8fed71f1430c32bae5c50d35', job, ''] })).toEqual([
      'heat/db-sync',
    ]);
    expect(startedSteps({ plan, host: 'ctl2', jobs: [job] })).toEqual([]);
  });
});
