export { availabilityOf, briefly, type ApiWatch, type Interval } from './availability';
export { renderHtml } from './html';
export { makeReport, type Report } from './report';
export type { InstalledVersions, VersionRow } from './versions';
