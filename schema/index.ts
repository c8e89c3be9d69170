/** The door: the words of requests, plans, messages and results, with the checks that refuse a wrong shape. */
export type { ApiAvailability, ReportPlace } from './activities';
export { cloudFile, type CloudFile, type Role, type SshClientName } from './cloud';
export type { Choice, Decision, Gate, GateSubject } from './decision';
export { failureType, type FailureType } from './failure';
export { jsonSchema, jsonSchemaNames, type JsonSchemaName } from './json-schemas';
export {
  approve,
  checkMessage,
  decide,
  decideChoices,
  kill,
  messageHelp,
  pause,
  reject,
  resume,
  type Approve,
  type Decide,
  type Kill,
  type MessageName,
  type Pause,
  type Reject,
  type Resume,
} from './messages';
export type { HostName, Instant, Kind, PlanKind, Series, ServiceName } from './names';
export type { Outcome, OutcomeKind } from './outcome';
export type { Batch, Change, Confirm, Finding, Phase, Plan, Probe, Step, Watch } from './plan';
export {
  checkFinishRequest,
  checkPreflightRequest,
  checkRequest,
  finishRequest,
  request,
  requestExample,
  type Checked,
  type FinishRequest,
  type Preflight,
  type Request,
} from './request';
export { rollingOptions } from './rolling-options';
export type { Owed, PhaseStatus, PreflightResult, RunningStep, RunResult, RunState, RunStatus } from './status';
