import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostRecord } from './history';

/** What lies on the host about a job; `base`: the job directory of the host, on this machine. */
export function readRecord(options: { readonly base: string; readonly jobId: string }): HostRecord {
  const { base, jobId } = options;
  const job = join(base, 'jobs', jobId);
  const tombstone = join(base, 'tomb', jobId);
  const bytes = (path: string): Buffer => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0));
  const line = bytes(existsSync(tombstone) ? tombstone : join(job, 'rc')).toString();
  // The token that a canceller took is the record: such a job has no result of its own.
  const cancelledUnstarted = / sup=0 /.test(bytes(join(job, 'started')).toString());
  return {
    directory: existsSync(job),
    tombstone: existsSync(tombstone),
    result: parseResult(line) ?? (cancelledUnstarted ? { exitCode: 143, why: 'cancel', out: 0, err: 0 } : null),
    cancelledUnstarted,
    out: bytes(join(job, 'out')),
    err: bytes(join(job, 'err')),
  };
}

function parseResult(line: string): HostRecord['result'] {
  const [, exitCode, why = '', out, err] = /^v1 rc=(\d+) why=(\w+) out=(\d+) err=(\d+) .*end$/m.exec(line) ?? [];
  return exitCode === undefined ? null : { exitCode: Number(exitCode), why, out: Number(out), err: Number(err) };
}

/** Lines of the side file, to which every execution of a job appends its id. */
export function executionsOf(options: { readonly side: string; readonly jobId: string }): number {
  if (!existsSync(options.side)) return 0;
  return readFileSync(options.side, 'utf8')
    .split('\n')
    .filter((line) => line === options.jobId).length;
}

/** Processes that carry the job's cookie and are alive. */
export function processesOf(jobId: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`OSU_JOB=${jobId}`);
      } catch {
        return false; // gone meanwhile
      }
    })
    .map(Number);
}

/** It has taken its start token, or has been forgotten after its end. */
export function hasStarted(options: { readonly base: string; readonly jobId: string }): boolean {
  const { base, jobId } = options;
  return existsSync(join(base, 'jobs', jobId, 'started')) || existsSync(join(base, 'tomb', jobId));
}

/** The pid of a job's supervisor, if that very process is alive; a pid alone may be somebody else's by now. */
export function supervisorOf(options: { readonly base: string; readonly jobId: string }): number | null {
  const token = join(options.base, 'jobs', options.jobId, 'started');
  const [, pid, start] = /sup=(\d+) supstart=(\d+)/.exec(existsSync(token) ? readFileSync(token, 'utf8') : '') ?? [];
  if (pid === undefined || !existsSync(`/proc/${pid}/stat`)) return null;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return fields[19] === start ? Number(pid) : null;
}
