import { between, inWords } from '../../report/durations';
import { owedGroups } from '../../report/owed';
import type { Report } from '../../report';

/** What the demo ends with: versions before and after, downtime per service, decisions, where the runbook and the report are. */
export function demoSummary(options: { report: Report; html: string; json: string; runbook: string }): string {
  const { report, html, json, runbook } = options;
  const { headline, usersGot, startedAt, endedAt, versionSentences, downtime, decisions, owed } = report;
  return [
    headline,
    ...(usersGot === null ? [] : [usersGot]),
    '',
    `Duration   ${inWords(between({ fromAt: startedAt, toAt: endedAt }))}, ${report.steps.length} steps on ${hostsIn(report)} hosts`,
    ...named('Versions', versionSentences),
    ...named(
      'Downtime',
      downtime.map(
        ({ service, downtimeMs, failures, requests }) =>
          `${service}: ${inWords(downtimeMs)} (${failures} of ${requests} requests failed)`,
      ),
    ),
    ...named(
      'Decisions',
      decisions.map(
        ({ by, choice, about, reason }) => `${by}: ${choice}, ${about.kind}${reason === '' ? '' : ` (${reason})`}`,
      ),
    ),
    ...named(
      'Still to do',
      owedGroups(owed).map(({ hosts, title }) => `${hosts.join(', ')}: ${title}`),
    ),
    ...named('Files', [html, json, runbook]),
  ].join('\n');
}

function named(title: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${(index === 0 ? title : '').padEnd(11)}${line}`);
}

function hostsIn({ steps }: Report): number {
  return new Set(steps.map(({ host }) => host)).size;
}
