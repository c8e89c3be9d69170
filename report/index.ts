export { availabilityOf, briefly, type ApiWatch } from './availability';
export { renderHtml } from './html';
export { makeReport, type Report } from './report';
export type { InstalledVersions } from './versions';
