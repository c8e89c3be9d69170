/** Why a message changed nothing: types of the failure that its sender gets. */
const refusalType = {
  messageInvalid: 'Message.Invalid',
  gateNotOpen: 'Message.GateNotOpen',
  gateAnswered: 'Message.GateAnswered',
  choiceNotOffered: 'Message.ChoiceNotOffered',
  notApprover: 'Message.NotApprover',
  warningsNotAccepted: 'Message.WarningsNotAccepted',
  stepNotRunning: 'Message.StepNotRunning',
  alreadyPaused: 'Message.AlreadyPaused',
  notPaused: 'Message.NotPaused',
  runEnding: 'Message.RunEnding',
} as const;

/** Types of the failures an operator can act on; dotted, stable, told apart by programs. */
export const failureType = {
  requestInvalid: 'Request.Invalid',
  cloudUnknown: 'Cloud.Unknown',
  cloudFileInvalid: 'Cloud.FileInvalid',
  planRefused: 'Plan.Refused',
  planTooLarge: 'Plan.TooLarge',
  reportUnavailable: 'Report.Unavailable',
  restorePointUnknown: 'RestorePoint.Unknown',
  restorePointKept: 'RestorePoint.Kept',
  outputUnavailable: 'Output.Unavailable',
  ...refusalType,
} as const;

export type FailureType = (typeof failureType)[keyof typeof failureType];

/** A message that changed nothing: why, for programs, and a sentence for people. */
export interface MessageRefusal {
  readonly why: keyof typeof refusalType;
  readonly sentence: string;
}
