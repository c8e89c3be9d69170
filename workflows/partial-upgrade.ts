import type { RunResult } from '../schema/status';
import { planAndUpgrade } from './plan-and-upgrade';

/**
 * Takes one service to the next series host by host while it serves.
 * One JSON object: `{"cloud":"cedar","to":"bobcat","services":["heat"]}`.
 */
export async function openstackPartialUpgrade(raw: unknown): Promise<RunResult> {
  return planAndUpgrade({ raw, kind: 'partial' });
}
