import { stateDirectory } from '../catalog/platform/apt';
import { briefly, makeReport, outageLine, type InstalledVersions, type Report } from '../report';
import type { ReportInput, ReportPlace } from '../schema/activities';

/** The report of a run on hosts that do not exist: every API answered, and packages have the versions that the state says. */
export function fakeReport(input: ReportInput): Report {
  return makeReport({ input, availabilityText: answers(input), installed: installed(input), evidenceDigest: null });
}

export function placeOf({ input, report }: { readonly input: ReportInput; readonly report: Report }): ReportPlace {
  const run = `${stateDirectory}/runs/${input.runId}`;
  return {
    host: input.plan.lockHost,
    json: `${run}/report.json`,
    html: `${run}/report.html`,
    availability: report.availability.map(briefly),
    versions: report.versionSentences,
    outages: report.expected?.outages.map(outageLine) ?? [],
  };
}

/** As the watch writes them: one good answer of each API at the start and one at the end. */
function answers({ plan, startedAt, endedAt }: ReportInput): string {
  const apis = plan.services.flatMap((service) => service.apis);
  return [startedAt, endedAt].flatMap((at) => apis.map((api) => `${Date.parse(at)}\t${api}\t200\t5\n`)).join('');
}

function installed({ plan, state }: ReportInput): InstalledVersions[] {
  return plan.packageSets.flatMap(({ hosts, packages }) =>
    hosts.map((host) => ({
      host,
      versions: Object.fromEntries(
        packages.flatMap(({ name, installed: before, target }) => {
          const version = state === 'completed' ? target : before;
          return version === null ? [] : [[name, version]];
        }),
      ),
    })),
  );
}
