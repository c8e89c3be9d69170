import type { HostName, Instant } from '../schema/names';
import type { StepRecord } from './steps';

/** For how long a meter had no sample, around the start of the agents of one host: of its resource that waited longest. */
export interface SampleGap {
  readonly meter: string;
  /** Whose agents were started. */
  readonly host: HostName;
  readonly lastBeforeAt: Instant;
  readonly firstAfterAt: Instant;
  readonly seconds: number;
}

/** As programs/telemetry-proof.py prints it: `gap`, the meter, both instants, seconds, with tabs. */
const line = /^gap\t([^\t]+)\t(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\t(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\t(\d+)$/;

/** What the steps said that measure it, the longest first. */
export function sampleGapsOf(steps: readonly StepRecord[]): readonly SampleGap[] {
  return steps
    .filter(({ good, stepKind }) => good && stepKind === 'probe')
    .flatMap(({ host, stdoutTail }) => stdoutTail.split('\n').flatMap((text) => gapIn({ host, text })))
    .sort((one, other) => other.seconds - one.seconds);
}

function gapIn({ host, text }: { host: HostName; text: string }): SampleGap[] {
  const [, meter, lastBeforeAt, firstAfterAt, seconds] = line.exec(text) ?? [];
  if (meter === undefined || lastBeforeAt === undefined || firstAfterAt === undefined) return [];
  return [{ meter, host, lastBeforeAt, firstAfterAt, seconds: Number(seconds) }];
}
