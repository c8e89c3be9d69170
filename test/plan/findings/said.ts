import type { Plan } from '../../../schema/plan';

/**
 * What a plan says about the cloud, in short. Not that users reach Keystone early: every toy cloud has one front end for users
 * and services, and open-early.test.ts looks at that.
 */
export const said = (plan: Plan): string[] =>
  plan.findings.filter(({ id }) => id !== 'opens-early-keystone').map(({ level, id }) => `${level} ${id}`);
