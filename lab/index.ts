/** The lab for programs: tests and benchmarks raise and use it by these. */
export { labUp } from './up';
export { labDown } from './down';
export { labStatus } from './status';
export { killHost, labBoot, labExec, labPowerOff } from './host-control';
export { login, worksAt } from './cloud-answers';
export { addressOf, hostNames, type HostName } from './hosts';
export { labPlaces } from './places';
export type { Lab } from './lab';
