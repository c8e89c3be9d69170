import type { RunResult } from '../schema/status';
import { planAndUpgrade } from './plan-and-upgrade';

/**
 * Takes a cloud from one series to the next, cold, in one pass: plan, approval, every phase, finally, report.
 * One JSON object: `{"cloud":"cedar","to":"bobcat","services":["keystone","heat"]}`.
 */
export async function openstackFullUpgrade(raw: unknown): Promise<RunResult> {
  return planAndUpgrade({ raw, kind: 'full' });
}
