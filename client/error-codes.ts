import type { exitCodes } from './exit-codes';

interface ErrorCode {
  /** For docs/client.md, which a test holds against this table. */
  readonly meaning: string;
  /** The same call may succeed later, without anybody changing anything. */
  readonly retryable: boolean;
  readonly exit: keyof typeof exitCodes;
}

const later = { retryable: true, exit: 'unreachable' } as const;
const refused = { retryable: false, exit: 'refused' } as const;
const failed = { retryable: false, exit: 'failed' } as const;
const usage = { retryable: false, exit: 'usage' } as const;

/** What a program can tell apart. Closed: another one is a new minor version. */
export const errorCodes = {
  badConnectionSettings: { meaning: 'a profile, key file or certificate that is named does not exist', ...refused },
  serverUnreachable: { meaning: 'no Temporal server answers at the address', ...later },
  serverBusy: { meaning: 'the server limits how much it is asked', ...later },
  serverFailed: { meaning: 'the server answered with an error of its own', ...later },
  serverRefused: { meaning: 'the server does not accept this call: its version or settings do not fit', ...refused },
  tlsFailed: { meaning: "the client or the server does not trust the other's certificate", ...refused },
  notAuthorized: { meaning: 'the server rejected the API key or the certificate', ...refused },
  namespaceNotFound: { meaning: 'the namespace does not exist', ...refused },
  payloadUnreadable: { meaning: 'the data is encrypted, and the key file does not have its key', ...refused },

  invalidRequest: { meaning: 'the request is malformed, or names what this version does not do', ...usage },
  alreadyOpen: { meaning: 'a run with this id is open; no run was started', ...refused },
  runNotFound: { meaning: 'the run does not exist, or it has ended and cannot be steered', ...refused },
  runAmbiguous: { meaning: 'the command names no run, and not exactly one is open', ...usage },
  noWorker: { meaning: 'no worker polls the task queue, or the worker does not answer', ...later },
  runNotReady: { meaning: 'a worker has not yet processed the run since it started or since a worker ended', ...later },
  queryFailed: {
    meaning: 'a worker answered that it cannot read the run: another release, or not an upgrade',
    ...failed,
  },

  messageInvalid: { meaning: 'the message is malformed', ...usage },
  gateNotOpen: { meaning: 'no gate with this code is open, or no gate asks about a plan', ...refused },
  gateAnswered: { meaning: 'somebody answered this gate before', ...refused },
  choiceNotOffered: { meaning: 'the gate does not offer this choice', ...refused },
  notApprover: { meaning: 'the cloud file names approvers, and this person is not one of them', ...refused },
  warningsNotAccepted: { meaning: '`accept` does not name exactly the warnings of the gate', ...refused },
  planChanged: { meaning: 'the plan is not the one that was approved', ...refused },
  stepNotRunning: { meaning: '`kill` names a step that does not run', ...refused },
  alreadyPaused: { meaning: '`pause` of a run that is paused', ...refused },
  notPaused: { meaning: '`resume` of a run that is not paused', ...refused },
  runEnding: { meaning: 'the run is being stopped or tidies up, and takes no such message', ...refused },
  messageRefused: { meaning: 'refused by a worker of an earlier release, which does not say why', ...refused },

  cloudUnknown: { meaning: 'from `result`: the worker has no cloud file of this name', ...refused },
  cloudFileInvalid: { meaning: 'from `result`: the cloud file is wrong; nothing was changed', ...refused },
  planRefused: { meaning: 'from `result`: findings block the upgrade; nothing was changed', ...refused },
  restorePointUnknown: {
    meaning: 'the lock host has no such restore point; nothing was changed',
    ...refused,
  },
  restorePointKept: {
    meaning: 'a restore point was not deleted: a run holds the cloud, or this person is no approver',
    ...refused,
  },
  planTooLarge: {
    meaning: 'from `result`: Temporal cannot store a plan of this size; nothing was changed',
    ...refused,
  },
  planNotMade: { meaning: '`planData` of a run that has no plan yet', ...refused },
  runFailed: { meaning: 'from `result`: the run failed', ...failed },
  runCancelled: { meaning: 'from `result`: the run was cancelled', retryable: false, exit: 'notUpgraded' },
  runTerminated: {
    meaning: 'from `result`: the run was terminated, and nothing was restored; start `finish`',
    ...failed,
  },
  runEnded: { meaning: 'the run ended before what was waited for', ...failed },
  reportUnavailable: {
    meaning: 'the report is not written yet, is too large to fetch, or its host does not answer',
    ...refused,
  },
  outputUnavailable: {
    meaning:
      'the step has printed nothing that can be read: not started, no command of its own, or its host does not answer',
    ...refused,
  },
  fileUnusable: { meaning: 'a file or directory of this machine cannot be read or written', ...refused },
} as const satisfies Readonly<Record<string, ErrorCode>>;

export type UpgradeErrorCode = keyof typeof errorCodes;
