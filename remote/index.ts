/** The door: commands on other machines that start at most once, and the ways to reach a host. README.md tells how. */
export { createJobs, type JobPlace, type Jobs } from './jobs/durable-job';
export type { Fence, FenceHolder, FenceState } from './jobs/fence';
export type { HostReadiness } from './jobs/host-readiness';
export { installJobCommand, jobCommand, type JobCommand } from './jobs/install-job-command';
export {
  jobId,
  type JobKey,
  type JobOffsets,
  type JobProgress,
  type JobResult,
  type JobState,
  type JobTail,
} from './jobs/job';
export { JobHostError, SudoRefused } from './jobs/job-host-error';
export type { ReadOutput, ReadOutputRequest } from './jobs/job-output';
export type { RunRequest } from './jobs/job-run';
export type { JobStatus } from './jobs/job-status';
export type { JobOutput } from './jobs/job-view';
export { TAIL_BYTES } from './jobs/output-tail';
export type { WriteRequest } from './jobs/write-files';
export { createRootShell, type RootShell, type ScriptRequest } from './jobs/root-shell';
export type { RootWay } from './jobs/root-way';
export { OpensshUnusable, requireOpenssh } from './ssh/openssh-program';
export { createOpensshTransport } from './ssh/openssh-transport';
export { createSsh2Transport } from './ssh/ssh2-transport';
export {
  OutputLimitError,
  TransportError,
  type ExecOptions,
  type ExecResult,
  type RemoteHost,
  type Transport,
  type TransportErrorKind,
} from './ssh/transport';
