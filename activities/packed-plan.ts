import { gunzipSync, gzipSync } from 'node:zlib';
import type { MadePlan, PackedPlan } from '../schema/activities';
import type { RecordedMadePlan } from '../schema/recorded';
import { fromTextsOnce, withTextsOnce } from '../schema/texts-once';

/** What the workflow gets, and gives back when it begins. */
export function packPlan(made: MadePlan): PackedPlan {
  return new Uint8Array(gzipSync(JSON.stringify(withTextsOnce(made))));
}

export function unpackPlan(packed: PackedPlan): RecordedMadePlan {
  return fromTextsOnce(JSON.parse(gunzipSync(packed).toString('utf8'))) as RecordedMadePlan;
}
