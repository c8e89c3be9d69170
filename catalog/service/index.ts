export { inStartOrder } from './order';
export type { ServiceProof } from './proof';
export type { Backfill, Rolling, RollingWork } from './rolling';
export { type Migration, type Schema, type SchemaMigration, toleratedDeletedRows, type WorkInFlight } from './schema';
export { configDirectoryOf, type PassiveAnswer, type Service, type Template, type UpgradeCheck } from './service';
export { type Api, type Packaging, type ServiceUnit, siteOnUbuntu, unitEverywhere } from './unit';
