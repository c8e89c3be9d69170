import { decide } from '../../../remote/jobs/job-decision';
import { parseStatus } from '../../../remote/jobs/job-status';
import { createJobView } from '../../../remote/jobs/job-view';

/** What is decided on a status line, in one word. */
function decision(
  line: string,
  more: { readonly known?: boolean; readonly incarnation?: string; readonly secondsStarting?: number } = {},
): string {
  const status = parseStatus(line);
  if (!status) throw new Error(`not a status: ${line}`);
  const { known = false, secondsStarting = 0, incarnation } = more;
  const decided = decide({
    host: 'ctl1',
    jobId: 'id',
    status,
    view: createJobView({ jobId: 'id', offsets: { out: 0, err: 0 }, started: known }),
    knownStarted: known,
    secondsStarting,
    ...(incarnation === undefined ? {} : { incarnation }),
  });
  if (decided.kind === 'again') return `${decided.verb}${decided.isTrouble ? ', counting' : ''}`;
  const { result } = decided;
  return result.kind === 'interrupted' ? `interrupted by ${result.how}` : result.kind;
}

describe('the decision on what a host says', () => {
  it.each([
    ['state=ABSENT inc=i', 'ensure, counting'],
    ['state=CLAIMED inc=i', 'ensure, counting'],
    ['state=BAD_UPLOAD', 'ensure, counting'],
    ['state=STARTING inc=i', 'follow'],
    ['state=WAITING_MUTEX inc=i', 'follow'],
    ['state=RUNNING inc=i', 'follow'],
    ['state=ORPHANED inc=i', 'follow'],
    ['state=EXITED inc=i rc=0 why=exit', 'exited'],
    ['state=EXITED inc=i rc=143 why=cancel', 'exited'],
    ['state=EXITED inc=i rc=143 why=supervisor_term boot=same', 'interrupted by killed'],
    ['state=EXITED inc=i rc=143 why=supervisor_term boot=other', 'interrupted by reboot'],
    ['state=INTERRUPTED_REBOOT inc=i', 'interrupted by reboot'],
    ['state=INTERRUPTED_KILLED inc=i', 'interrupted by killed'],
    ['state=DONE_GC inc=i rc=3 why=exit', 'exited'],
    ['state=DONE_GC inc=i why=INTERRUPTED_REBOOT', 'interrupted by reboot'],
    ['state=CONFLICT sha=x', 'conflict'],
    ['state=NO_SPACE text=full', 'noSpace'],
    ['state=FENCED cloud=c number=2 since=s taken= text=a\tb\t\t', 'fenced'],
    ['state=HOST_FAULT text=broken', 'hostFault'],
  ])('%s: %s', (line, wanted) => {
    expect(decision(line)).toBe(wanted);
  });

  it.each(['state=ABSENT inc=i', 'state=CLAIMED inc=i'])('never starts again what was started: %s', (line) => {
    expect(decision(line, { known: true })).toBe('hostStateLost');
  });

  it('believes no host that has another job directory than before', () => {
    expect(decision('state=EXITED inc=new rc=0 why=exit', { known: true, incarnation: 'old' })).toBe('hostStateLost');
  });

  it('gives up on a supervisor that holds its lock for a minute without starting', () => {
    expect(decision('state=STARTING inc=i', { secondsStarting: 61 })).toBe('hostFault');
  });
});
