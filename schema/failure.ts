/** Types of the failures an operator can act on; dotted, stable, told apart by programs. */
export const failureType = {
  requestInvalid: 'Request.Invalid',
  cloudUnknown: 'Cloud.Unknown',
  cloudFileInvalid: 'Cloud.FileInvalid',
  planRefused: 'Plan.Refused',
  planTooLarge: 'Plan.TooLarge',
  reportUnavailable: 'Report.Unavailable',
  messageRefused: 'Message.Refused',
} as const;

export type FailureType = (typeof failureType)[keyof typeof failureType];
