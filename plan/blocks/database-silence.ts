import type { Batch } from '../../schema/plan';
import { nobodyConnected } from '../commands/schema-state';
import type { Scope } from '../scope/scope';
import { batch } from './phase';

/** Nobody is connected to a database of the services, as whoever writes to it is; every database host is asked (R-OPS-61). `label` begins the ids. */
export function databasesSilent(options: { scope: Scope; label: string; retryForSeconds?: number }): Batch[] {
  const { scope, label, ...patience } = options;
  const steps = scope.services.flatMap(({ service, schemas }) =>
    schemas.map(({ schema, database }) =>
      nobodyConnected({
        id: `${label}/silent-${schema.id}`,
        service: service.name,
        schema: database.name,
        user: database.user,
        ...patience,
      }),
    ),
  );
  return steps.length === 0 ? [] : [batch({ hosts: scope.databases, steps })];
}
