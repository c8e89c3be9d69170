import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whyNoCrashPoints } from './crash-points';
import { makePlace, runWithFault } from './crash-run';
import { violations } from './invariants';
import { createShellHost, killSupervisor, sessionOf, SHELLS } from '../activities/remote/shell-host';

jest.setTimeout(60_000);
const noBox = whyNoCrashPoints();
if (noBox !== null) process.stderr.write(`NOT TESTED: a disk that fails: ${noBox}\n`);
/** Where the program keeps a result while the disk takes nothing. */
const SPARE = '/run/openstack-upgrade';

/** What the torture has found, each cut down to the least that shows it. */
describe.each(SHELLS)('found by torture, in $shell', ({ path }) => {
  const mayWriteSpare = process.getuid?.() === 0;
  if (!mayWriteSpare) process.stderr.write('NOT TESTED: a stale spare result: only root may write to /run\n');

  (mayWriteSpare ? it : it.skip)('a spare result of another life of the host is not believed', async () => {
    const host = createShellHost({ path });
    const id = `stale-${String(process.pid)}`;
    const spare = join(SPARE, `${id}.rc`);
    mkdirSync(SPARE, { recursive: true });
    writeFileSync(spare, 'v1 rc=0 why=exit out=0 err=0 at=2026-01-01T00:00:00Z ms=0 end\n');
    try {
      await host.ensure({ id, script: 'sleep 60', seconds: 0 });
      await host.untilAtWork(id);
      killSupervisor({ host, id });
      process.kill(-sessionOf({ host, id }), 'SIGKILL');
      const { status } = await host.verb('follow', host.base, id, 0, 0, 20);
      expect(status?.state).toBe('INTERRUPTED_KILLED');
    } finally {
      rmSync(spare, { force: true });
      host.dispose();
    }
  });

  (noBox === null ? it : it.skip)('an exit code that the command never gave is not told', async () => {
    const place = makePlace();
    const { jobId } = await runWithFault({
      shell: path,
      place,
      fault: { kind: 'named', name: 'empty-directory' },
    }).then(({ history }) => history);
    const point = { syscall: 'openat', path: join(place.base, 'jobs', jobId, 'out') };
    const { history } = await runWithFault({ shell: path, place, fault: { kind: 'EIO', point } });
    place.forget();
    expect(violations({ jobs: [history], bystanders: [] })).toEqual([]);
  });

  it('a job that was cancelled before it started is never told as interrupted', async () => {
    const host = createShellHost({ path, crashAt: 'before-token' });
    try {
      await host.ensure({ id: 'early', script: 'true', seconds: 0 });
      // A canceller that has taken the token and is not yet, or never, at its result.
      writeFileSync(
        join(host.base, 'jobs', 'early', 'started'),
        'boot=of-a-canceller:1 sup=0 at=2026-01-01T00:00:00Z\n',
      );
      expect(await host.status('early')).toMatchObject({ state: 'EXITED', why: 'cancel', exitCode: 143 });
    } finally {
      host.dispose();
    }
  });
});
