import type { Plan } from '../../../schema/plan';

/** What a plan says about the cloud, in short. */
export const said = (plan: Plan): string[] => plan.findings.map(({ level, id }) => `${level} ${id}`);
