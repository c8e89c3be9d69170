/** The lab for programs: demo, tests and benchmarks raise and use it by these. */
export { labUp } from './up';
export { labDown } from './down';
export { labStatus, type HostStatus, type LabStatus } from './status';
export { killHost, labBoot, labExec, labPowerOff } from './host-control';
export { whyImpossible } from './requirements';
export { LabError } from './lab-error';
export { login, worksAt, type Login } from './cloud-answers';
export { addressOf, hostNames, type HostName } from './hosts';
export { seriesNames, type SeriesName } from './series';
export { labPlaces } from './places';
export { sayWithSeconds, type Say } from './progress';
export type { Lab } from './lab';
