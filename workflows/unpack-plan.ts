import { gunzipSync, strFromU8 } from 'fflate/browser';
import type { MadePlan, PackedPlan } from '../schema/activities';

/** Not by zlib: a workflow has nothing of Node. */
export function unpackPlan(packed: PackedPlan): MadePlan {
  return JSON.parse(strFromU8(gunzipSync(packed))) as MadePlan;
}
