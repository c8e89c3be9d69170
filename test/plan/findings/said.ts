import type { Plan } from '../../../schema/plan';

/**
 * What a plan says about the cloud, in short. Not that users reach Keystone early: every toy cloud has one front end for users
 * and services, and open-early.test.ts looks at that. Nor the order of a full upgrade, which full-order.test.ts looks at, nor services that
 * must be named (publishing.test.ts).
 */
export const said = (plan: Plan): string[] =>
  plan.findings.filter(({ id }) => !always.includes(id)).map(({ level, id }) => `${level} ${id}`);

const always: readonly string[] = [
  'opens-early-keystone',
  'order-all-at-once',
  'order-staged',
  'not-proved-gnocchi',
  'not-proved-ceilometer',
  // eras.test.ts looks at it.
  'roles-gone-ceilometer',
];
