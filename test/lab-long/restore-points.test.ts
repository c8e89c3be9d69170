import '../lab/lab-own-network';
import { carryFiles } from '../../activities/carry-file';
import { createReaches } from '../../activities/reach';
import { readCloud } from '../../cloud-file/read-cloud';
import { updateStack } from '../lab/cloud-stack';
import { differences, exactCloud } from '../lab/exact-cloud';
import { insist, onHost, openGate, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';
import { startUpgradedRig } from '../lab/upgraded-rig';
import type { Report } from '../../report';

jest.setTimeout(40 * 60 * 1000);

const upgradeId = 'cedar.all.full.bobcat';
const rollbackId = 'cedar.rollback';
const cloud = 'cedar';

/** The lab's cloud file says `backup: { copyTo: mq1 }`. */
describe('a restore point on real hosts', () => {
  let rig: UpgradeRig;
  let before: readonly string[];
  let runId: string;

  beforeAll(async () => {
    ({ rig, before, runId } = await startUpgradedRig());
  });
  afterAll(() => rig.stop());

  const point = (): string => `/var/lib/openstack-upgrade/restore-points/${runId}`;

  it('has a manifest, loaded dumps and a second copy; every file is as it was recorded', async () => {
    const details = await rig.client.restorePoint({ cloud });
    expect(details).toMatchObject({ runId, manifest: 'read', copy: { host: 'mq1' } });
    expect(details.hosts.map(({ host }) => host)).toEqual(['ctl1', 'ctl2', 'db1', 'lb1', 'mq1']);
    expect(
      details.dumps.map(({ schema, restores, loaded, tables }) => [schema, restores, loaded, tables > 10]),
    ).toEqual([
      ['heat', true, true, true],
      ['keystone', true, true, true],
    ]);
    expect(await rig.client.verifyRestorePoint({ cloud })).toMatchObject({
      manifest: 'read',
      problems: [],
      unread: [],
    });
    const state = await onHost({
      host: 'mq1',
      command: `python3 -m json.tool < ${point()}/state/rabbitmq-definitions.json | grep -c '"name"'; stat -c '%a %U' ${point()}/copy`,
    });
    expect(state).toMatch(/^[1-9]\d*\n700 root\n$/);
    expect(await onHost({ host: 'lb1', command: `grep -c ' ctl[12] ' ${point()}/state/haproxy-servers` })).toMatch(
      /^[1-9]/,
    );
    expect(
      await onHost({ host: 'db1', command: `cd ${point()}/db/heat && cmp final.loaded final.counts && echo same` }),
    ).toBe('same\n');
  });

  it('is loaded for a test while no user waits for it: beside the packages, or once users are served', async () => {
    const { json } = await rig.client.fetchReport(upgradeId);
    const { steps } = JSON.parse(json) as Report;
    const own = steps.filter(({ stepId }) =>
      /^restore-point\/(?:part|manifest|copy|load-final|dump-.*-final)/.test(stepId),
    );
    const rows = own.map(({ stepId, host, durationMs }) => `${stepId}@${host} ${String(durationMs)} ms`);
    process.stdout.write(`${rows.join('\n')}\n`);
    const loads = own.filter(({ stepId }) => /load-final-(?!begins)/.test(stepId));
    expect(loads.map(({ stepId }) => stepId).toSorted()).toEqual([
      'restore-point/load-final-heat',
      'restore-point/load-final-keystone',
    ]);
    const served = steps.filter(({ stepId }) => stepId === 'open/serve').map(({ endedAt }) => endedAt);
    const [opened = ''] = served.toSorted();
    expect(opened).toMatch(/^\d{4}-/);
    // Unchanged: complete before anything asked for it.
    expect(loads.filter(({ kind, startedAt }) => kind !== 'unchanged' && startedAt < opened)).toEqual([]);
  });

  it('brings large files from host to host as they are, in bounded memory', async () => {
    const megabytes = 256;
    const name = 'large';
    await onHost({ host: 'db1', command: `head -c ${String(megabytes)}M /dev/urandom > ${point()}/${name}` });
    const sumOf = (text: string): string => text.slice(0, 64);
    const sha256 = sumOf(await onHost({ host: 'db1', command: `sha256sum ${point()}/${name}` }));
    const reaches = createReaches();
    const reach = await reaches.to(await readCloud({ directory: rig.lab.cloudsDirectory, name: cloud }));
    const directory = `restore-points/${runId}`;
    const began = Date.now();
    const atStart = process.memoryUsage().rss;
    let most = 0;
    await carryFiles({
      reach,
      files: [{ sha256, bytes: megabytes * 2 ** 20, path: name }],
      from: { host: 'db1', directory },
      to: { host: 'mq1', directory: `${directory}/inbox/test` },
      has: {},
      signal: new AbortController().signal,
      onBytes: () => (most = Math.max(most, process.memoryUsage().rss)),
    });
    const seconds = (Date.now() - began) / 1000;
    await reaches.close();
    process.stdout.write(`carried ${(megabytes / seconds).toFixed(0)} MB/s, ${(most / 1e6).toFixed(0)} MB resident\n`);
    const arrived = await onHost({
      host: 'mq1',
      command: `cat ${point()}/inbox/test/${name}@* | sha256sum; rm -r ${point()}/inbox/test`,
    });
    expect(sumOf(arrived)).toBe(sha256);
    // Held as one piece it would take more than its own size.
    expect(most - atStart).toBeLessThan(megabytes * 2 ** 20);
    await onHost({ host: 'db1', command: `rm ${point()}/${name}` });
  });

  it('returns as a whole: one of two services is refused with the reason', async () => {
    const { client } = rig;
    await insist(() => client.rollback({ cloud, services: ['heat'] }));
    await expect(client.result(rollbackId)).rejects.toThrow(
      /replaced the packages of keystone and heat together.* A rollback of heat alone would put older libraries under keystone/,
    );
  });

  it('names a damaged dump, gets it back from the copy, and the cloud returns to it', async () => {
    const { client } = rig;
    await onHost({
      host: 'db1',
      command: `printf damage | dd of=${point()}/db/heat/final.sql.zst bs=1 seek=100 conv=notrunc status=none`,
    });
    const damaged = await client.verifyRestorePoint({ cloud });
    expect(damaged.problems).toEqual([{ host: 'db1', path: 'db/heat/final.sql.zst', what: 'changed', inCopy: true }]);
    const fetched = await client.fetchRestorePoint({ cloud });
    expect([fetched.fetched.map(({ path }) => path), fetched.left]).toEqual([['db/heat/final.sql.zst'], []]);
    expect((await client.verifyRestorePoint({ cloud })).problems).toEqual([]);

    await insist(() => client.rollback({ cloud }));
    const plan = await openGate({ client, id: rollbackId, about: 'plan', forSeconds: 240 });
    await client.approve(rollbackId, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
    const open = await openGate({ client, id: rollbackId, about: 'phase', forSeconds: 1200 });
    await client.approve(rollbackId, { gate: open.code, by: 'ana', reason: 'test' });
    await untilStatus({ client, id: rollbackId, holds: ({ state }) => state === 'completed', forSeconds: 1200 });
    expect(differences({ before, now: await exactCloud() })).toEqual([]);
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });

  it('is deleted on every host by an approver, and then there is nothing to return to', async () => {
    const { client } = rig;
    await expect(client.dropRestorePoints({ cloud, restorePoints: [runId], by: 'eve' })).rejects.toMatchObject({
      code: 'restorePointKept',
    });
    expect(await client.dropRestorePoints({ cloud, olderThanDays: 1, by: 'ana' })).toMatchObject({ dropped: [] });
    const { dropped, refused } = await client.dropRestorePoints({ cloud, restorePoints: [runId], by: 'ana' });
    expect([dropped.map((one) => one.runId), refused]).toEqual([[runId], []]);
    for (const host of ['ctl1', 'db1', 'mq1'] as const)
      expect(await onHost({ host, command: `ls -d ${point()} 2>/dev/null || echo gone` })).toBe('gone\n');
    await expect(client.restorePoint({ cloud, restorePoint: runId })).rejects.toMatchObject({
      code: 'restorePointUnknown',
    });
  });
});
