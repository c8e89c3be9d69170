/** The door for programs that start, watch and steer upgrades. It needs no worker, no SSH and no native code. */
export type { ConnectionSettings } from '../connection/settings';
export { connectionSettings } from './connection-settings';
export { connectUpgradeClient, type ConnectOptions } from './connect';
export { createUpgradeClient } from './create-upgrade-client';
export type { FetchedReport } from './fetch-report';
export type { ListedRun, ListFilter } from './list-runs';
export type { DropWish, PointRef } from './point-ref';
export type { RunEvent } from './run-events';
export type { RunRef } from './run-ref';
export type { OutputEvent, OutputOptions } from './step-output';
export type { StartedRun, StartOptions } from './start-run';
export type { Approval, UpgradeClient, VersionedResult } from './upgrade-client';
export { errorCodes, type UpgradeErrorCode } from './error-codes';
export { UpgradeError } from './upgrade-error';
export type { WatchEvent, WatchOptions } from './watch';
export { workflowId } from './workflow-id';
export type { RunKind } from './workflow-types';
