import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecord } from './host-evidence';

describe('what lies on a host about a job', () => {
  const base = mkdtempSync(join(tmpdir(), 'osu-evidence-'));
  const job = join(base, 'jobs', 'j1');
  const record = (file: string, text: string): ReturnType<typeof readRecord>['result'] => {
    rmSync(job, { recursive: true, force: true });
    mkdirSync(job, { recursive: true });
    writeFileSync(join(job, file), text);
    return readRecord({ base, jobId: 'j1' }).result;
  };
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it('is the result, or the token of whoever cancelled it before it started, and nothing else', () => {
    expect(record('rc', 'v1 rc=3 why=exit out=7 err=0 at=x ms=5 end\n')).toEqual({
      exitCode: 3,
      why: 'exit',
      out: 7,
      err: 0,
    });
    expect(record('started', 'boot=b:1 sup=0 at=x\n')).toEqual({ exitCode: 143, why: 'cancel', out: 0, err: 0 });
    expect(record('started', 'boot=b:1 sup=04 supstart=9 at=x\n')).toBeNull();
    expect(record('rc', 'v1 rc=3 why=exit out=7')).toBeNull();
  });
});
