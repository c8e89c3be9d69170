import type { CloudFacts } from '../../catalog/facts';
import type { SchemaName } from '../../schema/names';
import { type EarlierTimes, noEarlierTimes } from '../../schema/run-times';

/** Of every database server that the survey read. */
export function schemaBytesOf({ hosts }: CloudFacts): Readonly<Record<SchemaName, number>> {
  const schemas = hosts.flatMap(({ database }) => database?.schemas ?? []);
  return Object.fromEntries(schemas.map(({ name, bytes }) => [name, bytes]));
}

export function earlierTimesOf({ hosts }: CloudFacts): EarlierTimes {
  return hosts.flatMap(({ earlierTimes }) => earlierTimes ?? [])[0] ?? noEarlierTimes;
}
