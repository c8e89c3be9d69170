import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { carry } from '../../activities/carry';
import { dropRestorePoints } from '../../activities/drop-restore-points';
import { fetchRestorePoint } from '../../activities/fetch-restore-point';
import type { Reach } from '../../activities/reach';
import { restorePoints } from '../../activities/restore-points';
import { runStep } from '../../activities/run-step';
import { showRestorePoint } from '../../activities/show-restore-point';
import { verifyRestorePoint } from '../../activities/verify-restore-point';
import { copyPoint, gatherManifest, listPart } from '../../plan/commands/restore-part';
import { readPrograms } from '../../programs';
import { TransportError } from '../../remote';
import type { Change } from '../../schema/plan';
import { toyCloud } from '../../testing/toy-survey';
import { localHosts, type LocalHosts } from '../support/local-hosts';

jest.setTimeout(120_000);

const runId = '309846d1-df61-46da-a754-662d5af1b071';
const point = `restore-points/${runId}`;
const cloud = { ...toyCloud(['ctl1']), backup: { copyTo: 'mq1' } };
const programs = readPrograms();
const input = { cloud: 'cedar', restorePoint: runId };
const { signal } = new AbortController();

const dumpText = (tables: number): string =>
  `${Array.from({ length: tables }, (_, index) => `CREATE TABLE \`t${String(index)}\` (id int);\n`).join('')}-- Dump completed on 2026-11-29 21:14:53\n`;
/** More than one piece of 4 MiB, and nothing that base64 or a shell could change unseen. */
const large = Buffer.concat(
  Array.from({ length: 300_000 }, (_, index) => createHash('md5').update(String(index)).digest()),
);

describe('a restore point on hosts', () => {
  let hosts: LocalHosts;

  beforeEach(async () => {
    hosts = localHosts(cloud);
    hosts.write(
      'db1',
      `runs/${runId}/plan.json`,
      '{"kind":"full","cloud":"cedar","from":"antelope","to":"bobcat","services":[{"name":"heat"}],"hosts":[]}',
    );
    hosts.write('db1', `runs/${runId}/DONE`, '');
    hosts.write('ctl1', `pool/${runId}/old/heat-api_1%3a20.0.0_all.deb`, 'a package');
    hosts.write('ctl1', `${point}/config/config.tar.gz`, large);
    hosts.write('ctl1', `${point}/config/patched`, '');
    hosts.write('ctl1', `${point}/packages/versions`, 'ii \theat-api\t1:20.0.0\n');
    hosts.write('ctl1', `${point}/packages/holds`, 'heat-api\n');
    hosts.write('ctl1', `${point}/packages/auto`, '');
    hosts.write('ctl1', '../etc/heat/heat.conf', '[DEFAULT]\n');
    hosts.write('db1', `${point}/db/heat/final.sql.gz`, gzipSync(dumpText(2)));
    hosts.write('db1', `${point}/db/heat/final.counts`, 'stack\t3\nraw_template\t4\n');
    hosts.write('db1', `${point}/db/heat/final.revisions`, '86\n');
    await seal('ctl1', `${point}/config`, 'config.tar.gz patched', 'SHA256SUMS');
    await seal('ctl1', `${point}/packages`, 'versions holds auto', 'SHA256SUMS');
    await seal('ctl1', `pool/${runId}/old`, '*.deb', 'SHA256SUMS');
    await seal('db1', `${point}/db/heat`, 'final.*', 'final.SHA256SUMS');
  });
  afterEach(() => {
    hosts.remove();
  });

  const shell = (host: string, script: string): Promise<unknown> =>
    hosts.reach.root.run({ host, script, deadlineSeconds: 60 });
  const seal = (host: string, directory: string, files: string, name: string): Promise<unknown> =>
    shell(host, `cd /var/lib/openstack-upgrade/${directory} && sha256sum ${files} > ../sums && mv ../sums ${name}`);
  const does = async (host: string, step: Change): Promise<number> => {
    if (step.carries !== undefined)
      await carry({ reach: hosts.reach, runId, host, carries: step.carries, signal, onProgress: () => undefined });
    const { exitCode, stderr } = await hosts.step({ host, runId, step });
    expect(stderr).toBe('');
    return exitCode;
  };
  const part = (): Change =>
    listPart({ moment: 'final', directories: [hosts.at('ctl1', '../etc'), '/nowhere'], programs });
  const manifest = gatherManifest({ moment: 'final', hosts: ['ctl1', 'db1'] });
  const copy = copyPoint({ moment: 'final', hosts: ['ctl1', 'db1'], dumps: ['heat'], timeoutSeconds: 60 });
  const recorded = async (): Promise<number[]> => [
    await does('ctl1', part()),
    await does('db1', part()),
    await does('db1', manifest),
    await does('mq1', copy),
  ];

  it('is listed, gathered, copied and read again; the second time there is nothing to do', async () => {
    expect(await recorded()).toEqual([0, 0, 0, 0]);
    expect(await recorded()).toEqual([200, 200, 200, 200]);
    expect(await showRestorePoint({ reach: hosts.reach, input })).toMatchObject({
      manifest: 'read',
      from: 'antelope',
      hosts: [
        { host: 'ctl1', packages: 1, holds: ['heat-api'], files: 1, oldPackages: 1 },
        { host: 'db1', packages: 0, holds: [], oldPackages: 0 },
      ],
      dumps: [{ host: 'db1', schema: 'heat', restores: true, loaded: false, tables: 2, rows: 7, revisions: ['86'] }],
      copy: { host: 'mq1' },
    });
    hosts.write('db1', `${point}/db/heat/final.loaded`, hosts.read('db1', `${point}/db/heat/final.counts`));
    expect((await showRestorePoint({ reach: hosts.reach, input })).dumps).toMatchObject([{ loaded: true }]);
    const verified = await verifyRestorePoint({ reach: hosts.reach, input });
    expect(verified).toMatchObject({ manifest: 'read', dumps: 1, problems: [], copy: { host: 'mq1' } });
    expect(existsSync(hosts.at('mq1', `${point}/copy/ctl1/config/config.tar.gz`))).toBe(true);
    expect(readdirSync(hosts.at('mq1', `${point}/inbox/ctl1/config`))).toEqual([]);
  });

  it('is not mixed with those of another cloud whose lock is on the same host', async () => {
    const other = '11111111-1111-4111-8111-111111111111';
    hosts.write('db1', `runs/${other}/plan.json`, hosts.read('db1', `runs/${runId}/plan.json`).replace('cedar', 'oak'));
    hosts.write('db1', `restore-points/${other}/packages/versions`, '');
    expect((await restorePoints({ reach: hosts.reach })).map((one) => one.runId)).toEqual([runId]);
    const dropped = await dropRestorePoints({
      reach: hosts.reach,
      input: { cloud: 'cedar', restorePoints: [other], by: 'ana', reason: '' },
      now: new Date(),
    });
    expect(dropped).toMatchObject({ dropped: [], refused: [{ sentence: `There is no restore point ${other}.` }] });
    expect(existsSync(hosts.at('db1', `restore-points/${other}`))).toBe(true);
  });

  it('names each file that is damaged or gone, and brings back what the copy has', async () => {
    await recorded();
    hosts.write('db1', `${point}/db/heat/final.sql.gz`, gzipSync('CREATE TABLE `t0` (id int);\n'));
    rmSync(hosts.at('ctl1', `${point}/config`), { recursive: true });
    hosts.write('ctl1', `pool/${runId}/old/heat-api_1%3a20.0.0_all.deb`, 'another package');
    const wrong = await verifyRestorePoint({ reach: hosts.reach, input });
    expect(wrong.problems).toEqual(
      expect.arrayContaining([
        { host: 'db1', path: 'db/heat/final.sql.gz', what: 'changed', inCopy: true },
        { host: 'ctl1', path: 'config/config.tar.gz', what: 'missing', inCopy: true },
        { host: 'ctl1', path: `pool/old/heat-api_1%3a20.0.0_all.deb`, what: 'changed', inCopy: false },
      ]),
    );
    const fetched = await fetchRestorePoint({ reach: hosts.reach, input, signal });
    expect(fetched.fetched.map(({ path }) => path).sort()).toEqual([
      'config/SHA256SUMS',
      'config/config.tar.gz',
      'config/patched',
      'db/heat/final.sql.gz',
    ]);
    expect(fetched.left.map(({ path }) => path)).toEqual(['pool/old/heat-api_1%3a20.0.0_all.deb']);
  });

  it('does not take a file from a copy that is damaged, too', async () => {
    await recorded();
    for (const [host, path] of [
      ['db1', `${point}/db/heat/final.sql.gz`],
      ['mq1', `${point}/copy/db1/db/heat/final.sql.gz`],
    ] as const)
      hosts.write(host, path, 'noise');
    const { problems } = await verifyRestorePoint({ reach: hosts.reach, input });
    expect(problems).toEqual([
      { host: 'db1', path: 'db/heat/final.sql.gz', what: 'changed', inCopy: false },
      { host: 'mq1', path: 'copy/db1/db/heat/final.sql.gz', what: 'changed', inCopy: false },
    ]);
    expect((await fetchRestorePoint({ reach: hosts.reach, input, signal })).fetched).toEqual([]);
  });

  it('knows from the lock host what another host has lost with its seals', async () => {
    await recorded();
    rmSync(hosts.at('ctl1', point), { recursive: true });
    const { problems } = await verifyRestorePoint({ reach: hosts.reach, input });
    expect(problems).toContainEqual({ host: 'ctl1', path: 'packages/versions', what: 'missing', inCopy: true });
  });

  it('of an earlier release has no manifest: its seals count', async () => {
    hosts.write('db1', `${point}/db/heat/final.counts`, 'stack\t3\n');
    const verified = await verifyRestorePoint({ reach: hosts.reach, input });
    expect(verified).toMatchObject({ manifest: 'missing', copy: null });
    expect(verified.problems).toEqual([
      { host: 'db1', path: 'db/heat/final.counts', what: 'changed', inCopy: false },
      { host: 'db1', path: 'db/heat/final.sql.gz', what: 'tablesDiffer', inCopy: false },
    ]);
  });

  it('is refused as a copy when a piece did not arrive as it was, and copied when it is brought again', async () => {
    await does('ctl1', part());
    await does('db1', part());
    await does('db1', manifest);
    const { carries } = copy;
    await carry({ reach: hosts.reach, runId, host: 'mq1', carries: carries!, signal, onProgress: () => undefined });
    hosts.write(
      'mq1',
      `${point}/inbox/ctl1/config/config.tar.gz@000000004194304`,
      Buffer.alloc(large.length - 4_194_304),
    );
    const { exitCode, stderr } = await hosts.step({ host: 'mq1', runId, step: copy });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('did not arrive as it was; retry brings it again')]);
    expect(await does('mq1', copy)).toBe(0);
  });

  it.each([
    ['has nothing to list', null, 'failed', 'ctl1: its part of the restore point could not be listed'],
    [
      'does not answer',
      new TransportError({ kind: 'unreachable', host: 'ctl1', sent: false, text: 'ctl1: no route to host' }),
      'unreachable',
      'ctl1: no route to host',
    ],
  ])('is not copied while a host of it %s: the step ends and says why', async (_, refusal, kind, sentence) => {
    rmSync(hosts.at('ctl1', point), { recursive: true });
    const { root } = hosts.reach;
    const reach: Reach = {
      ...hosts.reach,
      cloud: { ...cloud, policy: { ...cloud.policy, unreachableSeconds: 1 } },
      root: {
        ...root,
        run: (request) => (request.host === 'ctl1' && refusal !== null ? Promise.reject(refusal) : root.run(request)),
      },
    };
    const ended = await runStep({
      input: { runId, cloud: 'cedar', cloudDigest: '', host: 'mq1', step: copy, generation: '0' },
      reach,
      memory: null,
      remember: () => undefined,
      signal,
      now: () => new Date(),
    });
    expect(ended).toMatchObject({ kind, jobId: null, stillRunning: false });
    expect(ended.sentence).toContain(`mq1: ${copy.title}: ${sentence}`);
  });

  it('continues where a worker died: pieces that arrived are not carried again', async () => {
    await does('ctl1', part());
    const { root, jobs } = hosts.reach;
    const carries = { ...copy.carries!, hosts: ['ctl1'] };
    const reads: string[] = [];
    const written: string[] = [];
    const reach = (dies: boolean): Reach => ({
      ...hosts.reach,
      root: {
        ...root,
        run: (request) => {
          for (const [, path = '', at = ''] of request.script.matchAll(/dd if=\S+\/(\S+) .* skip=(\d+)/g))
            reads.push(`${path}@${at}`);
          return root.run(request);
        },
      },
      jobs: {
        ...jobs,
        writeFiles: (request) => {
          const names = Object.keys(request.files);
          if (dies && names.includes('config/config.tar.gz@000000004194304'))
            return Promise.reject(new Error('killed'));
          written.push(...names);
          return jobs.writeFiles(request);
        },
      },
    });
    const bring = (dies: boolean): Promise<void> =>
      carry({ reach: reach(dies), runId, host: 'mq1', carries, signal, onProgress: () => undefined });
    await expect(bring(true)).rejects.toThrow('killed');
    expect(written.filter((name) => name.includes('config.tar.gz'))).toEqual(['config/config.tar.gz@000000000000000']);
    reads.length = 0;
    await bring(false);
    expect(reads.filter((name) => name.startsWith('config.tar.gz'))).toEqual(['config.tar.gz@4194304']);
  });

  it('is deleted everywhere, but not while a run holds the cloud, and not by a stranger', async () => {
    await recorded();
    const drop = { cloud: 'cedar', restorePoints: [runId], by: 'ana', reason: 'CHG-1042' };
    const now = new Date('2026-11-30T00:00:00Z');
    hosts.write('db1', 'lock', 'run=another\n');
    await expect(dropRestorePoints({ reach: hosts.reach, input: drop, now })).rejects.toThrow(
      'cedar belongs to run another',
    );
    rmSync(hosts.at('db1', 'lock'));
    await expect(dropRestorePoints({ reach: hosts.reach, input: { ...drop, by: 'eve' }, now })).rejects.toThrow(
      'eve is not an approver',
    );
    expect((await dropRestorePoints({ reach: hosts.reach, input: drop, now })).dropped.map((one) => one.runId)).toEqual(
      [runId],
    );
    for (const host of ['ctl1', 'db1', 'mq1']) expect(existsSync(hosts.at(host, point))).toBe(false);
    expect(existsSync(hosts.at('db1', `runs/${runId}/plan.json`))).toBe(true);
  });
});
