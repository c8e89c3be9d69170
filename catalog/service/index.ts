export { covers, type Majors } from './majors';
export { inStartOrder } from './order';
export type { ServiceProof } from './proof';
export type { Backfill, Rolling, RollingWork } from './rolling';
export {
  type Migration,
  type Schema,
  type SchemaMigration,
  type ServingMigration,
  toleratedDeletedRows,
  type WorkInFlight,
} from './schema';
export {
  type Backlog,
  type ChangedUnits,
  configDirectoryOf,
  type PassiveAnswer,
  type Publishing,
  type Service,
  type ServiceProgram,
  type Template,
  type UpgradeCheck,
} from './service';
export {
  type AgentProof,
  type Api,
  type DrainedLook,
  type Packaging,
  type ServiceUnit,
  siteOnUbuntu,
  unitEverywhere,
} from './unit';
