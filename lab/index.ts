/** The lab for programs: tests and benchmarks raise and use it by these. */
export { labUp } from './cloud/up';
export { labDown } from './cloud/down';
export { labStatus } from './cloud/status';
export { killHost, labBoot, labExec, labPowerOff } from './cloud/host-control';
export { cloudWorksAt, login, worksAt } from './cloud/cloud-answers';
export { addressOf, apiUrl } from './cloud/addresses';
export { type LabSample, samplesOf } from './cloud/samples';
export { hostNames, type HostName } from './machine/hosts';
export { labPlaces } from './machine/places';
export type { Lab } from './cloud/lab';
export { buildStandIns, standInPackages, standIns, standInSource, standInVersion } from './packages/old-ceilometer';
