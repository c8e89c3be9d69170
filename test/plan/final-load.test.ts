import type { Plan } from '../../schema/plan';
import { on } from '../support/cloud-changes';
import { toyPlan } from '../support/planned';

/** A full upgrade of databases of this size, together. */
function planOf(bytes: number): Plan {
  return toyPlan({
    change: on('db1', (host) => ({
      ...host,
      database:
        host.database === null
          ? null
          : { ...host.database, schemas: host.database.schemas.map((one) => ({ ...one, bytes: bytes / 2 })) },
    })),
  });
}

/** In which phase the run waits until the dumps without writers are loaded. */
function waitsIn({ phases }: Plan): string[] {
  return phases.flatMap(({ id, batches }) =>
    batches.some(({ steps }) => steps.some((step) => step.id === 'restore-point/load-final-heat')) ? [id] : [],
  );
}

describe('the load of the dumps that a rollback restores', () => {
  it.each([
    [1.9e9, 'database'],
    [2.1e9, 'prove'],
  ])('of %d bytes is waited for in the phase %s, so that users do not wait for a large one', (bytes, phase) => {
    const plan = planOf(bytes);
    expect(plan.findings.filter(({ level }) => level === 'blocker')).toEqual([]);
    expect(waitsIn(plan)).toEqual([phase]);
    expect(plan.phases.slice(-2).map(({ id }) => id)).toEqual(['open', 'prove']);
  });
});
