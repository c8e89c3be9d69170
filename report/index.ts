export { availabilityOf, briefly, type ApiWatch } from './availability';
export { renderHtml } from './html';
export { makeReport, type Report } from './report';
export { outageLine } from './expected';
export { runTimesOf } from './run-times';
export type { InstalledVersions } from './versions';
