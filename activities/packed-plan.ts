import { gunzipSync, gzipSync } from 'node:zlib';
import type { MadePlan, PackedPlan } from '../schema/activities';

/** What the workflow gets, and gives back when it begins. */
export function packPlan(made: MadePlan): PackedPlan {
  return new Uint8Array(gzipSync(JSON.stringify(made)));
}

export function unpackPlan(packed: PackedPlan): MadePlan {
  return JSON.parse(gunzipSync(packed).toString('utf8')) as MadePlan;
}
