import { ApplicationFailure } from '@temporalio/common';
import { stateDirectory } from '../catalog/platform/apt';
import type { ReadReport, ReadReportInput } from '../schema/activities';
import { failureType } from '../schema/failure';
import { sh } from '../shell/sh';
import type { Reach } from './reach';

/** Temporal takes payloads of 2 MB; a report that is larger stays on its host. */
const mostBytes = 1_800_000;

/** Ids are made by Temporal. Anything else could lead out of the runs, and this is read as root. */
const runIdShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The report of a run as it lies on the lock host, both files packed; null: none is there. */
export async function readReport(options: { reach: Reach; input: ReadReportInput }): Promise<ReadReport | null> {
  const { reach, input } = options;
  if (!runIdShape.test(input.runId))
    throw refused(`"${input.runId}" is not a run id. Nothing was read. Copy runId from the query status.`);
  const run = `${stateDirectory}/runs/${input.runId}`;
  const [json, html] = await Promise.all(
    ['report.json', 'report.html'].map((name) => packed({ reach, file: `${run}/${name}` })),
  );
  if (json === undefined || html === undefined || json === null || html === null) return null;
  if (json.length + html.length > mostBytes)
    throw refused(
      `The report of run ${input.runId} has ${json.length + html.length} bytes packed, and Temporal accepts ${mostBytes}. Nothing was read. ` +
        `Copy it from ${reach.cloud.lockHost}:${run}.`,
    );
  return { json, html };
}

async function packed(options: { reach: Reach; file: string }): Promise<string | null> {
  const { reach, file } = options;
  const { stdout } = await reach.root.run({
    host: reach.cloud.lockHost,
    deadlineSeconds: 60,
    script: sh`test ! -e ${file} || gzip -c < ${file} | base64 -w 0`.text,
  });
  return stdout === '' ? null : stdout;
}

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.create({ nonRetryable: true, type: failureType.reportUnavailable, message });
}
