import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { keepRemaining, remainingNow } from '../../activities/remaining';
import { remaining } from '../../catalog/platform/remaining';
import type { ReportInput } from '../../schema/activities';
import type { StaysOld } from '../../schema/plan';
import type { KeptRemaining, RemainingHost } from '../../schema/remaining';
import { toyCloud } from '../../testing/toy-survey';
import { localHosts, type LocalHosts } from '../support/local-hosts';
import { toyInput } from '../support/run';

const cloud = toyCloud(['ctl1'], { cmp1: { roles: ['compute'], units: [] }, cmp2: { roles: ['compute'], units: [] } });
const reader = remaining({ cloud: 'cedar' });
/** The hosts are this machine, whose dpkg tells its own version. */
const own = execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'dpkg'], { encoding: 'utf8' });
const services = [{ name: 'ceilometer', versionPackage: 'dpkg', apis: [] }];
const stays = (host: string, target: string, name = 'dpkg'): StaysOld => ({
  host,
  service: 'ceilometer',
  package: name,
  target,
});

describe('hosts with the release before, kept on the lock host beyond the run', () => {
  let hosts: LocalHosts;
  beforeEach(() => {
    hosts = localHosts(cloud);
  });
  afterEach(() => {
    hosts.remove();
  });

  const keep = (staysOld: readonly StaysOld[], change: Partial<ReportInput> = {}): Promise<readonly RemainingHost[]> =>
    keepRemaining({
      reach: hosts.reach,
      input: { ...toyInput, plan: { ...toyInput.plan, services, staysOld }, ...change },
    });
  const read = async (): Promise<readonly KeptRemaining[]> =>
    reader.parse(await hosts.reach.root.run({ host: 'db1', script: reader.script.text, deadlineSeconds: 60 }));

  it('are measured at the end of the run: one that was upgraded meanwhile, or has no such package, is none', async () => {
    const left = await keep([stays('cmp1', '99:1'), stays('cmp2', '0.1'), stays('cmp2', '99:1', 'no-such-package')]);
    expect(left).toEqual([{ service: 'ceilometer', host: 'cmp1', installed: own, target: '99:1' }]);
    const { runId, endedAt } = toyInput;
    const kept = { schemaVersion: 1, service: 'ceilometer', package: 'dpkg', target: '99:1', runId, endedAt };
    expect(await read()).toEqual([{ ...kept, hosts: ['cmp1'], days: 0 }]);
    expect(await remainingNow({ reach: hosts.reach })).toEqual([
      `ceilometer on cmp1 is still at ${own}, and not at 99:1`,
    ]);
  });

  it('are forgotten once none is left, and by a rollback', async () => {
    await keep([stays('cmp1', '99:1')]);
    await keep([stays('cmp1', '0.1')]);
    expect(await read()).toEqual([]);
    await keep([stays('cmp1', '99:1')]);
    expect(await keep([stays('cmp1', '99:1')], { state: 'rolledBack' })).toEqual([]);
    expect([await read(), await remainingNow({ reach: hosts.reach })]).toEqual([[], []]);
  });

  it('are kept by no run that goes on or was given up', async () => {
    for (const state of ['running', 'aborted', 'cancelled'] as const)
      expect(await keep([stays('cmp1', '99:1')], { state })).toEqual([]);
    expect(await read()).toEqual([]);
    expect(existsSync(hosts.at('db1', 'remaining'))).toBe(false);
  });

  it('have pipelines of the new release where a run was ended before it upgraded them: report and openstackFinish say so', async () => {
    const file = hosts.at('ctl1', 'pipeline.yaml');
    hosts.write('ctl1', 'pipeline.yaml', 'new\n');
    const sum = createHash('sha256').update('new\n').digest('hex');
    const note = [
      'run run-1',
      'service ceilometer',
      'package dpkg',
      `installed ${own}`,
      'target 99:1',
      `${sum}  ${file}`,
    ];
    hosts.write('ctl1', 'pipelines-left', `${note.join('\n')}\n`);
    const [phase] = toyInput.plan.phases;
    const step = { id: 'ceilometer/pipelines', title: 'write', kind: 'change', hosts: ['ctl1'] } as const;
    const plan = {
      ...toyInput.plan,
      services,
      phases: [{ ...phase!, steps: [step, { ...step, id: 'back-ceilometer/pipelines' }] }],
    };
    const left = { service: 'ceilometer', host: 'ctl1', installed: own, target: '99:1', pipelines: [file] };
    for (const [state, found] of [
      ['running', []],
      ['aborted', [left]],
      ['cancelled', [left]],
    ] as const)
      expect([state, await keep([], { plan, state })]).toEqual([state, found]);
    expect(await remainingNow({ reach: hosts.reach })).toEqual([
      `ceilometer on ctl1 is still at ${own}, and not at 99:1; the run gave it pipelines of the new release before (${file})`,
    ]);
    hosts.write('ctl1', 'pipeline.yaml', 'of people\n');
    expect([await keep([], { plan, state: 'aborted' }), await remainingNow({ reach: hosts.reach })]).toEqual([[], []]);
  });

  it('of another service stay, and a file that makes no sense is passed over', async () => {
    await keep([stays('cmp1', '99:1')]);
    hosts.write('db1', 'remaining/cedar/half.json', '{"schemaVersion":1,');
    await keep([], {
      plan: { ...toyInput.plan, services: [{ name: 'heat', versionPackage: 'heat-common', apis: [] }] },
    });
    expect((await read()).map(({ service }) => service)).toEqual(['ceilometer']);
  });

  it('that the cloud file does not name any more are not looked at', async () => {
    await keep([stays('cmp9', '99:1'), stays('cmp1', '99:1')]);
    expect((await read())[0]?.hosts).toEqual(['cmp9', 'cmp1']);
    expect(await remainingNow({ reach: hosts.reach })).toHaveLength(1);
  });
});
