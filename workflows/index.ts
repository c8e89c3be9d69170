/** The door: exactly the workflow types. */
export { openstackFetchReport } from './fetch-report';
export { openstackFinish } from './finish';
export { openstackFullUpgrade } from './full-upgrade';
export { openstackPartialUpgrade } from './partial-upgrade';
export { openstackPreflight } from './preflight';
export { openstackDropRestorePoints, openstackFetchRestorePoint, openstackRestorePoints } from './restore-points';
export { openstackRollback } from './rollback';
export { openstackStepOutput } from './step-output';
