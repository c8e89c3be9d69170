import { renderRunbook } from '../../plan/render/runbook';
import { everyPhase, stepsOn } from '../../schema/walk-plan';
import type { Plan } from '../../schema/plan';
import type { Holder } from '../../schema/lock-holder';
import { lostObjectsIn } from '../../schema/lost-objects';
import { toyPartialPlan } from '../support/planned';
import { earlierPlan, nobody, phaseIds, point, rollbackOf, wholeRun } from '../support/planned-rollback';

const rolling = (): Plan => ({ ...toyPartialPlan({}), runId: point });
function withoutRestore(): Plan {
  const { restore, ...plan } = rolling();
  expect(restore).toBeDefined();
  return plan;
}
const withRestore = { options: { openAutomatically: false, withRestore: true } };

describe('the rollback of an earlier run', () => {
  it('uses the files of that run and writes into its own', () => {
    const plan = rollbackOf({ done: wholeRun });
    const scripts = plan.hosts.flatMap(({ name }) =>
      stepsOn({
        batches: [
          ...everyPhase(plan).flatMap(({ batches }) => batches),
          ...plan.finally.always,
          ...plan.finally.resolved,
        ],
        host: name,
      }).flatMap((step) => (step.kind === 'confirm' ? [] : [step.script])),
    );
    expect(scripts.length).toBeGreaterThan(90);
    expect(scripts.filter((script) => !script.includes(`POINT=${point}\n`))).toEqual([]);
    expect(scripts.filter((script) => !script.includes('runs/$OSU_RUN'))).toEqual([]);
    // A path that is written out, as for a command of another user, would name files of the rollback, which has none.
    expect(scripts.filter((script) => /(?:pool|restore-points)\/\$OSU_RUN/.test(script))).toEqual([]);
  });

  it('tells whoever goes on by hand where the restore point is, and offers no rollback of itself', () => {
    const text = renderRunbook({ plan: rollbackOf({ done: wholeRun }), stories: null });
    const byHand = text.slice(text.indexOf('By hand'), text.indexOf('Phase 1'));
    expect(byHand).toContain(`    POINT=${point}\n`);
    expect(text.slice(0, text.indexOf('By hand'))).not.toContain('Rollback: as before');
  });

  it('asks nobody about a token from before the upgrade: it has none', () => {
    const steps = rollbackOf({ done: wholeRun }).phases.flatMap(({ batches }) => batches.flatMap((one) => one.steps));
    expect(steps.filter(({ id }) => id.includes('old-token'))).toEqual([]);
    expect(steps.filter(({ id }) => id.includes('new-token')).length).toBeGreaterThan(0);
  });

  it('looks at what was made before that run where its database is restored, and nowhere else: whoever ended the run has deleted it', () => {
    const looks = (done: readonly string[]): readonly string[] =>
      rollbackOf({ done }).phases.flatMap(({ batches }) =>
        batches.flatMap(({ steps }) => steps.flatMap(({ id }) => (/canary-(?!away)/.test(id) ? [id] : []))),
      );
    expect(looks(['heat/stop-heat-engine', 'heat/db-sync'])).toEqual(['back-heat/canary-show']);
    expect(looks(['heat/stop-heat-engine'])).toEqual([]);
    expect(looks(['heat/stop-heat-engine', 'packages/install'])).toEqual([]);
  });

  it('keeps others away before it changes anything', () => {
    const [guards] = rollbackOf({ done: wholeRun }).phases;
    const titles = guards?.batches.flatMap(({ hosts, steps }) => steps.map(({ title }) => `${hosts.join()}: ${title}`));
    expect(titles).toEqual([
      'lb1: ask keystone, heat-api, heat-api-cfn twice a second',
      'ctl1,ctl2,db1,lb1,mq1: keep others from installing packages',
      'ctl1,ctl2: write the program service-schema to the host',
      'ctl1,ctl2: write the program source-entries to the host',
      'ctl1,ctl2: write the program library-users to the host',
      'ctl1,ctl2: write the program engine-rows to the host',
      'ctl1: write the program openstack-check to the host',
      'ctl1,ctl2: prepare the locks of keystone, heat-api, heat-api-cfn and heat-engine: nothing is locked yet; heat-engine gets 120 s to stop',
      'ctl1,ctl2: keep packages from starting services',
      'ctl1,ctl2: keep packages from migrating databases',
      'ctl1: make a directory for tokens',
    ]);
  });

  it('has a loss accepted by name, and none where no database is restored', () => {
    expect(rollbackOf({ done: wholeRun }).findings.map(({ id, level }) => `${level} ${id}`)).toEqual([
      'warning writes-are-lost',
      // Nothing could be listed here: that is a loss of its own kind.
      'warning losses-not-listed',
    ]);
    expect(rollbackOf({ done: ['heat/stop-heat-engine'] }).findings).toEqual([]);
  });

  it('returns a rolling run to its dump only with a restore, and says what the two rollbacks mean', () => {
    const { phases, findings } = rollbackOf({ plan: rolling(), done: ['heat/db-sync'] });
    expect([phases, findings.map(({ id, level }) => `${level} ${id}`)]).toEqual([
      [],
      ['blocker rollback-of-rolling-run'],
    ]);
    expect(findings[0]?.text).toContain('Without a restore, users are served meanwhile, keep what they wrote');
    expect(findings[0]?.remedy).toContain('"options": {"withRestore": true}');
  });

  it.each([
    ['after its migration', ['heat/db-sync']],
    ['at its end', ['heat/db-sync', 'tidy/vhost-side']],
  ])('restores a rolling run that ended %s, by the same phases', (_, done) => {
    const lost = { ...lostObjectsIn('@\theat\t2026-11-30 03:12:05\n+\tstack\t2\tshop, web\n'), sha256: 'a'.repeat(64) };
    const plan = rollbackOf({ plan: rolling(), done, lost, request: withRestore });
    expect(phaseIds(plan)).toEqual([
      'guards',
      'restore-work',
      'restore-stop',
      'back-configuration',
      'back-databases',
      'restore-packages',
      'restore-start',
      'restore-open',
    ]);
    expect(plan.restore).toBeUndefined();
    expect(plan.findings.map(({ id, level }) => `${level} ${id}`)).toEqual([
      'warning writes-are-lost',
      'warning lost-stacks',
    ]);
    expect(plan.findings[0]?.text).toMatch(
      /^The databases heat are restored as run 1{8}-.* dumped them before its first change, while users were served\. .*listed at 2026-11-30 03:12:05 UTC/,
    );
    expect(plan.phases.flatMap(({ id, gate }) => (gate === null ? [] : [id]))).toEqual(['restore-open']);
    const looks = plan.phases.flatMap(({ preconditions }) =>
      preconditions.filter(({ probe }) => probe.id === 'rollback/nothing-more-is-lost'),
    );
    expect(looks.map(({ probe }) => probe.script.includes('a'.repeat(64)))).toEqual([true]);
    const scripts = plan.phases.flatMap(({ batches }) =>
      batches.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'confirm' ? [] : [step.script]))),
    );
    expect(scripts.filter((script) => !script.includes(`POINT=${point}\n`))).toEqual([]);
    // The vhosts are told by the run that made them, and not by the one that removes them.
    expect(
      scripts.filter((script) => /broker-vhost" (?:make|remove)/.test(script) && script.includes('upgrade $OSU_RUN')),
    ).toEqual([]);
  });

  it.each<[string, Plan, readonly string[], string]>([
    ['migrated nothing', rolling(), ['vhosts/next'], 'blocker nothing-to-restore'],
    ['was planned by an earlier release', withoutRestore(), ['heat/db-sync'], 'blocker restore-of-earlier-release'],
  ])('refuses to restore a rolling run that %s', (_, plan, done, refused) => {
    const { phases, findings } = rollbackOf({ plan, done, request: withRestore });
    expect([phases, findings.map(({ id, level }) => `${level} ${id}`)]).toEqual([[], [refused]]);
  });

  describe('of agents that were upgraded host by host', () => {
    const services = ['keystone', 'gnocchi', 'ceilometer'];
    const plan = { ...toyPartialPlan({ services, request: { services: ['ceilometer'] } }), runId: point };
    const inFirstTurn = (request = {}): Plan =>
      rollbackOf({ plan, done: [], started: ['packages/install'], on: 'ctl1', request });

    it('undoes every turn that may have begun, the last one first, also after that run has ended', () => {
      const whole = rollbackOf({
        plan,
        done: plan.phases.flatMap(({ batches }) => batches.flatMap(({ steps }) => steps.map(({ id }) => id))),
      });
      expect(phaseIds(whole)).toEqual(['guards', 'back-agents-ctl2', 'back-agents-ctl1', 'back-proof']);
      expect([whole.findings, whole.undoneLater, whole.from, whole.to]).toEqual([[], undefined, 'bobcat', 'antelope']);
      expect(phaseIds(inFirstTurn())).toEqual(['guards', 'back-agents-ctl1', 'back-proof']);
    });

    it('finds its restore point in every script', () => {
      const scripts = inFirstTurn().phases.flatMap(({ batches }) =>
        batches.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'confirm' ? [] : [step.script]))),
      );
      expect(scripts.filter((script) => !script.includes(`POINT=${point}\n`))).toEqual([]);
    });

    it('has no restore where no database was migrated, and says what to do instead', () => {
      const { phases, findings } = inFirstTurn(withRestore);
      expect([phases, findings.map(({ id, remedy }) => [id, remedy])]).toEqual([
        [],
        [['nothing-to-restore', expect.stringContaining('leave "withRestore" out')]],
      ]);
    });
  });

  it('refuses services that a rolling run did not upgrade', () => {
    const { findings } = rollbackOf({
      plan: rolling(),
      done: ['heat/db-sync'],
      request: { ...withRestore, services: ['keystone'] },
    });
    expect(findings.map(({ id, level }) => `${level} ${id}`)).toEqual(['blocker services-not-of-this-run']);
  });

  it.each<[string, Holder, string[], boolean]>([
    [
      'the run itself',
      { ...nobody, runId: point, workflowId: 'cedar.all.full.bobcat' },
      ['warning run-holds-the-cloud', 'warning writes-are-lost', 'warning losses-not-listed'],
      true,
    ],
    [
      'a rollback of it that was aborted',
      { ...nobody, runId: '33', plan: { restorePoint: point } },
      ['warning run-holds-the-cloud', 'warning writes-are-lost', 'warning losses-not-listed'],
      true,
    ],
    ['another run', { ...nobody, runId: '44' }, ['blocker cloud-locked'], false],
    [
      'the rollback of another run',
      { ...nobody, runId: '55', plan: { restorePoint: '44' } },
      ['blocker cloud-locked'],
      false,
    ],
  ])('takes the cloud only from the run that it undoes and from rollbacks of it: %s', (_, holder, ids, runs) => {
    const { findings, phases } = rollbackOf({ done: wholeRun, holder });
    expect([findings.map(({ id, level }) => `${level} ${id}`), phases.length > 0]).toEqual([ids, runs]);
  });

  it('looks whether the packages are those of that run, before anything else', () => {
    const [first] = rollbackOf({ done: wholeRun }).phases;
    expect(first?.preconditions.map(({ host, probe }) => `${host} ${probe.id}`)).toEqual([
      'ctl1 rollback/versions-of-run',
      'ctl2 rollback/versions-of-run',
    ]);
  });

  it('names what users created and deleted since, and looks again once nobody can write', () => {
    const lost = {
      ...lostObjectsIn('+\tstack\t2\tshop, web\n+\tuser\t1\tu1\n-\tstack\t1\told\n?\tglance\n'),
      sha256: 'a'.repeat(64),
    };
    const { findings, phases } = rollbackOf({ done: wholeRun, lost });
    expect(findings[0]?.text).toMatch(
      /Created since then, and lost: 2 stacks \(shop, web\), 1 user \(u1\)\. Deleted since then, and there again: 1 stack \(old\)\. What changed in glance cannot be listed\./,
    );
    const looks = phases.flatMap(({ id, preconditions }) =>
      preconditions
        .filter(({ probe }) => probe.id === 'rollback/nothing-more-is-lost')
        .map(({ host }) => `${id}@${host}`),
    );
    expect(looks).toEqual(['back-configuration@db1']);
  });

  it('asks before it opens where a database was restored, unless the request answers that', () => {
    const gates = (plan: Plan): string[] =>
      plan.phases.flatMap(({ id, gate }) => (gate === null ? [] : [`${id} ${gate.automatic ? 'automatic' : 'asks'}`]));
    expect(gates(rollbackOf({ done: wholeRun }))).toEqual(['back-open asks']);
    expect(gates(rollbackOf({ done: ['packages/fetch'] }))).toEqual([]);
    const automatic = { options: { openAutomatically: true, withRestore: false } };
    expect(gates(rollbackOf({ done: wholeRun, request: automatic }))).toEqual(['back-open automatic']);
  });

  it.each<[readonly string[], readonly string[]]>([
    [['keystone', 'heat'], []],
    [['heat'], ['services-share-packages']],
    [['glance'], ['services-not-of-this-run']],
  ])('of the services %j is refused with %j', (services, refused) => {
    const { findings, phases } = rollbackOf({ done: wholeRun, request: { services: [...services] } });
    expect(findings.filter(({ level }) => level === 'blocker').map(({ id }) => id)).toEqual(refused);
    expect(phases.length > 0).toBe(refused.length === 0);
  });

  it('says which files others changed since, and what becomes of them', () => {
    const changed = [{ host: 'ctl1', files: ['/etc/heat/heat.conf', '/etc/heat/policy.yaml'] }];
    const [note] = rollbackOf({ done: wholeRun, changed }).findings.filter(({ level }) => level === 'note');
    expect(note?.id).toBe('changed-since@ctl1');
    expect(note?.text).toContain(
      'left them: /etc/heat/heat.conf and /etc/heat/policy.yaml. Others changed them since, or an earlier rollback restored them. ' +
        'Those that the run did not change stay as they are now. Those that it changed as well are restored',
    );
  });

  it('refuses a part of a run whose services are on different hosts, too, and does not say that they share packages', () => {
    const [set] = earlierPlan().packageSets;
    const only = (name: string, host: string): Plan['packageSets'][number] => ({
      id: name,
      hosts: [host],
      packages: (set?.packages ?? []).filter((one) => one.name.includes(name)),
    });
    const apart = { ...earlierPlan(), packageSets: [only('keystone', 'ctl1'), only('heat', 'ctl2')] };
    const { findings } = rollbackOf({ plan: apart, done: wholeRun, request: { services: ['heat'] } });
    expect(findings.map(({ id }) => id)).toEqual(['services-of-one-run']);
  });

  it('turns versions and series around', () => {
    const { from, to, kind, restorePoint, packageSets } = rollbackOf({ done: wholeRun });
    expect({ from, to, kind, restorePoint }).toEqual({
      from: 'bobcat',
      to: 'antelope',
      kind: 'rollback',
      restorePoint: point,
    });
    const [before] = earlierPlan().packageSets;
    const [now] = packageSets;
    expect(now?.packages[0]).toEqual({
      name: before?.packages[0]?.name,
      installed: before?.packages[0]?.target,
      target: before?.packages[0]?.installed,
    });
  });

  it('refuses what an earlier release has written, and names the way by hand', () => {
    const old = JSON.parse(
      JSON.stringify(earlierPlan()).replaceAll('POINT=$OSU_RUN\\n', '').replaceAll('$POINT', '$OSU_RUN'),
    ) as Plan;
    const refused = rollbackOf({ plan: old, done: wholeRun });
    expect([refused.phases, refused.findings.map(({ id }) => id)]).toEqual([[], ['restore-point-of-earlier-release']]);
    const byHand: Plan = {
      ...earlierPlan(),
      phases: earlierPlan().phases.map((phase) =>
        phase.wayBack.kind === 'restore' ? { ...phase, wayBack: { ...phase.wayBack, phases: [] } } : phase,
      ),
    };
    expect(rollbackOf({ plan: byHand, done: wholeRun }).findings.map(({ id }) => id)).toEqual(['rollback-by-hand']);
  });
});
