import { stateDirectory } from '../catalog/platform/apt';
import { makeReport, renderHtml, briefly, outageLine, type InstalledVersions } from '../report';
import type { ReportInput, ReportPlace } from '../schema/activities';
import { remainingSentence } from '../schema/remaining';
import { sh } from '../shell/sh';
import { digestOf } from '../cloud-file/read-cloud';
import { keepTimes } from './keep-times';
import { keepRemaining } from './remaining';
import { writeFiles } from './write-files';
import type { Reach } from './reach';

/**
 * Pulls what the watches wrote and the versions from the hosts, makes the report and lays it on the lock host. Runs
 * after every phase: a report of half a run is worth more than none. Hosts that do not answer are said in it.
 */
export async function writeReport(options: { reach: Reach; input: ReportInput }): Promise<ReportPlace> {
  const { reach, input } = options;
  const { plan, runId } = input;
  const [timesKept, remaining, availabilityText, backlogText, installed] = await Promise.all([
    keepTimes(options),
    keepRemaining(options),
    watchedBy({ ...options, watch: 'availability/watch', file: 'availability.tsv' }),
    watchedBy({ ...options, watch: 'backlog/watch', file: 'backlog.tsv' }),
    Promise.all(
      plan.packageSets.flatMap(({ hosts, packages }) =>
        hosts.map((host) => versionsOn({ reach, host, names: packages.map(({ name }) => name) })),
      ),
    ),
  ]);
  const evidenceDigest = digestOf([input.digest, input.outcomes, input.decisions]);
  const report = makeReport({ input, availabilityText, backlogText, remaining, installed, evidenceDigest, timesKept });
  const run = `${stateDirectory}/runs/${runId}`;
  const place = { host: plan.lockHost, json: `${run}/report.json`, html: `${run}/report.html` };
  await writeFiles({
    reach,
    host: plan.lockHost,
    directory: run,
    files: { 'report.json': `${JSON.stringify(report, null, 2)}\n`, 'report.html': renderHtml(report) },
  });
  return {
    ...place,
    availability: report.availability.map(briefly),
    versions: report.versionSentences,
    outages: report.expected?.outages.map(outageLine) ?? [],
    ...(remaining.length === 0 ? {} : { remains: remaining.map(remainingSentence) }),
  };
}

/** Lines of a watch, from the first host that has them. Empty: nothing was watched, or nobody answers. */
async function watchedBy(options: { reach: Reach; input: ReportInput; watch: string; file: string }): Promise<string> {
  const { reach, input } = options;
  const watchers = input.plan.phases
    .flatMap(({ steps }) => steps)
    .filter(({ id, kind }) => kind === 'watch' && id === options.watch)
    .flatMap(({ hosts }) => hosts);
  const [host] = watchers;
  if (host === undefined) return '';
  const file = `${stateDirectory}/runs/${input.runId}/${options.file}`;
  return reach.root
    .run({
      host,
      deadlineSeconds: 60,
      script: sh`test ! -e ${file} || cat ${file}`.text,
      maxOutputBytes: 256 * 2 ** 20,
    })
    .then(
      ({ stdout }) => stdout,
      () => '',
    );
}

async function versionsOn(options: {
  reach: Reach;
  host: string;
  names: readonly string[];
}): Promise<InstalledVersions> {
  const { reach, host, names } = options;
  try {
    const { stdout } = await reach.root.run({
      host,
      deadlineSeconds: 60,
      script: sh`dpkg-query -W -f='\${binary:Package}\\t\${Version}\\n' ${names} 2>/dev/null`.text,
    });
    const rows = stdout.split('\n').filter((line) => line.includes('\t'));
    return { host, versions: Object.fromEntries(rows.map((row) => row.split('\t') as [string, string])) };
  } catch {
    return { host, versions: null };
  }
}
