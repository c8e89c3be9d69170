import { gunzipSync, gzipSync, strFromU8, strToU8 } from 'fflate/browser';
import type { PackedPlan } from '../schema/activities';
import type { RecordedMadePlan } from '../schema/recorded';
import { fromTextsOnce, withTextsOnce } from '../schema/texts-once';

/** Not by zlib: a workflow has nothing of Node. */
export function unpackPlan(packed: PackedPlan): RecordedMadePlan {
  return fromTextsOnce(JSON.parse(strFromU8(gunzipSync(packed)))) as RecordedMadePlan;
}

/** Without the time of packing, so that a replay gets the same bytes. */
export function packPlan(made: RecordedMadePlan): PackedPlan {
  return gzipSync(strToU8(JSON.stringify(withTextsOnce(made))), { mtime: 0 });
}
