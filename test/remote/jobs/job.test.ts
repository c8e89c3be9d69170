import { jobId } from '../../../remote';
import { jobSpec } from '../../../remote/jobs/job-spec';
import { parseStatus } from '../../../remote/jobs/job-status';
import { createOutputTail } from '../../../remote/jobs/output-tail';

const key = { runId: 'run-1', step: 'database/heat/db-sync', host: 'ctl1', generation: '0' };

describe('a job id', () => {
  it('is 32 hex digits that no later release may compute otherwise', () => {
    expect(jobId(key)).toBe('20967b24b4dd4b2f558de609a7d64b45');
  });
  it('differs with each of its four parts, also where they would read the same side by side', () => {
    const ids = [
      key,
      { ...key, runId: 'run-2' },
      { ...key, step: 'database' },
      { ...key, host: 'ctl2' },
      { ...key, generation: '1' },
      { ...key, runId: 'run-1database', step: '/heat/db-sync' },
    ].map(jobId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a job spec', () => {
  it('puts one line of facts before the script', () => {
    expect(jobSpec({ ...key, script: 'true', mutex: 'database-heat' }).content).toBe(
      '# openstack-upgrade job host=ctl1 run=run-1 step=database/heat/db-sync mutex=database-heat\ntrue\n',
    );
  });
  it.each([
    ['runId', { runId: 'a b' }],
    ['runId', { runId: '../etc' }],
    ['stepId', { step: 'x\nrm -rf /' }],
    ['mutex', { mutex: 'a/b' }],
    ['host', { host: '' }],
  ])('refuses a %s that a line or a file name cannot hold', (name, change) => {
    expect(() => jobSpec({ ...key, script: 'true', ...change })).toThrow(`A job's ${name}`);
  });
});

describe('a status line', () => {
  it('is read with everything it says', () => {
    expect(
      parseStatus('state=EXITED inc=i1 rc=3 why=cancel out=10 err=2 at=2026-01-01T00:00:00Z ms=1500 left=1 end'),
    ).toEqual({
      state: 'EXITED',
      incarnation: 'i1',
      exitCode: 3,
      why: 'cancel',
      outBytes: 10,
      errBytes: 2,
      startedAt: '2026-01-01T00:00:00Z',
      elapsedMs: 1500,
      otherBoot: false,
      leftBehind: true,
      text: '',
    });
  });
  it('keeps the message of a fault whole', () => {
    expect(parseStatus('state=HOST_FAULT text=mkdir: cannot create, state=EXITED rc=0')).toMatchObject({
      state: 'HOST_FAULT',
      text: 'mkdir: cannot create, state=EXITED rc=0',
    });
  });
  it('tells whom a host obeys, with the blanks of names and reasons', () => {
    const line = 'state=FENCED cloud=c number=7 since=at7 taken=at8 text=\tthe first\tana b\tby hand now';
    expect(parseStatus(line)?.fence).toEqual({
      number: 7,
      raised: { by: '', reason: 'the first', at: 'at7' },
      takenOver: { by: 'ana b', reason: 'by hand now', at: 'at8' },
    });
  });
  it('is nothing when the state is not one we know', () => {
    expect([parseStatus('state=FINE'), parseStatus('')]).toEqual([null, null]);
  });
});

describe('an output tail', () => {
  it('keeps the last 2 KB and begins with a whole character', () => {
    const tail = createOutputTail();
    tail.push(Buffer.from('ä'.repeat(1500)));
    tail.push(Buffer.from('x'));
    expect(tail.text()).toBe(`${'ä'.repeat(1023)}x`);
  });
});
