import type { ReportInput } from '../schema/activities';
import type { Decision } from '../schema/decision';
import { counted, type HostName, type Instant, type PlanKind, type Series, type ServiceName } from '../schema/names';
import type { PlanOutline } from '../schema/outline';
import type { RemainingHost } from '../schema/remaining';
import type { Owed, PhaseStatus, RunState } from '../schema/status';
import { limitInWords } from '../schema/duration-words';
import { availabilityOf, type ApiWatch } from './availability';
import { backlogCurveOf, type BacklogCurve } from './backlog';
import { sampleCountsOf, type SampleCounts } from './counted-samples';
import { between } from './durations';
import { expectedAndActual, type ExpectedAndActual, inSeconds } from './expected';
import { answeredFindings, type AnsweredFinding } from './findings';
import { type Growth, growthOf, growthRemarks } from './growth';
import { headline } from './headline';
import { sampleGapsOf, type SampleGap } from './sample-gaps';
import { serviceDowntimes, type ServiceDowntime } from './service-downtime';
import { stepRecords, type StepRecord } from './steps';
import { whatUsersGot } from './what-users-got';
import { versionRows, versionSentences, type InstalledVersions, type VersionRow } from './versions';

/** The report as data: `report.json`. Keys are stable; new ones may join, none changes its meaning. */
export interface Report {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly cloud: string;
  readonly kind: PlanKind;
  readonly from: Series;
  readonly to: Series;
  readonly services: readonly ServiceName[];
  readonly hosts: readonly { readonly name: HostName; readonly roles: readonly string[] }[];
  readonly state: RunState;
  /** What happened, in one sentence. */
  readonly headline: string;
  /** What users of the cloud noticed, in one sentence, beside what they got before; null where nobody watched. */
  readonly usersGot: string | null;
  readonly startedAt: Instant;
  /** Of this writing, while the run still goes on. */
  readonly endedAt: Instant;
  readonly durationMs: number;
  /** What the approval was bound to. */
  readonly planDigest: string;
  /** SHA-256 over the ordered evidence on the hosts, or null where it was not gathered. */
  readonly evidenceDigest: string | null;
  readonly versionSentences: readonly string[];
  readonly downtime: readonly ServiceDowntime[];
  readonly availability: readonly ApiWatch[];
  /** Null: the plan has no expected times. */
  readonly expected: ExpectedAndActual | null;
  /** Empty: no service of the run measures. */
  readonly sampleGaps: readonly SampleGap[];
  readonly sampleCounts: SampleCounts;
  /** Null: nothing of the run has measures that wait, or nobody could tell. */
  readonly backlog: BacklogCurve | null;
  /** Null: the run has no agents, or did not come to their second look. */
  readonly growth: Growth | null;
  readonly versions: readonly VersionRow[];
  readonly phases: readonly (PhaseStatus & { readonly impact: string })[];
  readonly steps: readonly StepRecord[];
  readonly decisions: readonly Decision[];
  readonly findings: readonly AnsweredFinding[];
  readonly owed: readonly Owed[];
  /** Hosts that still have the release before: the upgrade of their service is not done. */
  readonly remaining: readonly RemainingHost[];
  /** What a reader must know before trusting the numbers. */
  readonly remarks: readonly string[];
}

/**
 * All that is known of a run as one report. Pure: what has to be read from hosts comes in as text and data.
 *
 * @param availabilityText what the watch wrote (`availability.tsv`), empty when there is none
 * @param backlogText what the count of waiting measures wrote (`backlog.tsv`), empty when there is none
 * @param remaining hosts that still have the release before, once the run has ended
 * @param timesKept whether the times of the run could be stored for the next plan
 * @param installed versions of the plan's packages after the run, host by host
 */
export function makeReport(options: {
  input: ReportInput;
  availabilityText: string;
  backlogText?: string;
  remaining?: readonly RemainingHost[];
  installed: readonly InstalledVersions[];
  evidenceDigest: string | null;
  timesKept?: boolean;
}): Report {
  const {
    input,
    availabilityText,
    backlogText = '',
    remaining = [],
    installed,
    evidenceDigest,
    timesKept = true,
  } = options;
  const { plan } = input;
  const { apis, unreadLines } = availabilityOf({ text: availabilityText, baselineEndsAt: firstAlteredAt(input) });
  const rolledBack = input.state === 'rolledBack';
  const versions = versionRows({ plan, installed, rolledBack });
  const downtime = serviceDowntimes({ services: plan.services, apis });
  const expected = expectedAndActual({ input, downtime });
  const steps = stepRecords({ plan, outcomes: input.outcomes, decisions: input.decisions });
  const growth = growthOf(steps);
  return {
    schemaVersion: 1,
    runId: input.runId,
    cloud: input.cloud,
    kind: plan.kind,
    from: plan.from,
    to: plan.to,
    services: plan.services.map(({ name }) => name),
    hosts: plan.hosts.map(({ name, roles }) => ({ name, roles })),
    state: input.state,
    headline: headline({ ...input, remaining: remaining.length }),
    usersGot: whatUsersGot(apis),
    startedAt: input.startedAt,
    endedAt: input.endedAt,
    durationMs: between({ fromAt: input.startedAt, toAt: input.endedAt }),
    planDigest: input.digest,
    evidenceDigest,
    versionSentences: versionSentences({ services: plan.services, rows: versions, rolledBack }),
    downtime,
    availability: apis,
    expected,
    sampleGaps: sampleGapsOf(steps),
    sampleCounts: sampleCountsOf(steps),
    backlog: backlogCurveOf(backlogText),
    growth,
    versions,
    phases: input.phases.map((phase) => ({ ...phase, impact: impactOf({ plan, phaseId: phase.id }) })),
    steps,
    decisions: input.decisions,
    findings: answeredFindings({ findings: plan.findings, decisions: input.decisions }),
    owed: input.owed,
    remaining,
    remarks: [
      ...overBudget(expected),
      ...growthRemarks(growth),
      ...remarksOf({
        apis,
        unreadLines,
        installed,
        watched: plan.phases.length > 0,
        altered: firstAlteredAt(input) !== null,
      }),
      ...(timesKept
        ? []
        : [`The times of this run could not be stored on ${plan.lockHost}: the next plan does not know them.`]),
    ],
  };
}

/**
 * When the first phase began that alters the cloud. Null: none has, and whatever fails until then counts as the run's,
 * because its preparations are all that could have done it.
 */
function firstAlteredAt({ plan, phases }: Pick<ReportInput, 'plan' | 'phases'>): Instant | null {
  const altering = plan.phases.filter(({ altersCloud }) => altersCloud).map(({ id }) => id);
  const begun = phases.filter(({ id }) => altering.includes(id)).flatMap(({ startedAt }) => startedAt ?? []);
  return begun.sort()[0] ?? null;
}

function overBudget(expected: ExpectedAndActual | null): string[] {
  const over = expected?.outages.filter((outage) => outage.overBudget) ?? [];
  return over.map(
    ({ service, closedSeconds, measuredSeconds, budgetSeconds }) =>
      `${service} was closed or down for ${inSeconds(Math.max(closedSeconds, measuredSeconds ?? 0))}, longer than its budget of ${limitInWords(budgetSeconds ?? 0)}.`,
  );
}

function impactOf(options: { plan: PlanOutline; phaseId: string }): string {
  return options.plan.phases.find(({ id }) => id === options.phaseId)?.impact ?? '';
}

function remarksOf(options: {
  apis: readonly ApiWatch[];
  unreadLines: number;
  installed: readonly InstalledVersions[];
  watched: boolean;
  altered: boolean;
}): string[] {
  const { apis, unreadLines, installed, watched, altered } = options;
  const named = (list: readonly ApiWatch[]): string => list.map(({ api }) => api).join(', ');
  const fromStart = apis.filter(({ downFromStart }) => downFromStart);
  const atEnd = apis.filter(({ downAtEnd }) => downAtEnd);
  const unmeasured = altered ? apis.filter(({ baseline }) => baseline.requests === 0) : [];
  const blind = apis.filter(({ blind: gaps }) => gaps.length > 0);
  const notRead = installed.filter(({ versions }) => versions === null).map(({ host }) => host);
  return [
    ...(watched && apis.length === 0 ? ['No API was monitored, so downtime is not known.'] : []),
    ...(unmeasured.length > 0
      ? [`${named(unmeasured)}: no requests before the run changed the cloud, so there is nothing to compare with.`]
      : []),
    ...(fromStart.length > 0
      ? [`${named(fromStart)}: already down when monitoring started, so this run did not cause all of its downtime.`]
      : []),
    ...(atEnd.length > 0
      ? [`${named(atEnd)}: still down at the last request; its downtime is counted up to that request.`]
      : []),
    ...(blind.length > 0
      ? [
          `${named(blind)}: no requests were sent for some time (hatched in the chart); that time counts as neither up nor down.`,
        ]
      : []),
    ...(unreadLines > 0
      ? [
          `${counted({ count: unreadLines, noun: 'line' })} of the monitoring log could not be read, and ${unreadLines === 1 ? 'is' : 'are'} not counted.`,
        ]
      : []),
    ...(notRead.length > 0 ? [`The versions on ${notRead.join(', ')} could not be read after the run.`] : []),
  ];
}
