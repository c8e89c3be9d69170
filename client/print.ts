import type { Colors } from 'picocolors/types';
import { clock, inWords } from '../report/durations';
import { owedGroups } from '../report/owed';
import type { ReportPlace } from '../schema/activities';
import type { Finding } from '../schema/plan';
import type { PreflightResult, RunResult } from '../schema/status';
import { runLooks } from '../schema/words';
import { paint } from './screen';

/** What a run came to, for a person. */
export function resultText(options: { result: RunResult | PreflightResult; colors: Colors }): string {
  const { result, colors } = options;
  return 'digest' in result ? preflightText({ result, colors }) : runText({ result, colors });
}

function runText(options: { result: RunResult; colors: Colors }): string {
  const { result, colors } = options;
  // A run of an earlier worker has no outages in its result.
  const { state, sentence, versions, availability, outages = [], decisions, owed, report } = result;
  return [
    paint({ text: sentence, tone: runLooks[state].tone, colors }),
    ...listed({ title: 'Versions', lines: versions, colors }),
    ...listed({ title: 'APIs', lines: availability, colors }),
    ...listed({ title: 'Closed, expected and budget', lines: outages, colors }),
    ...listed({ title: 'Decisions (names are claims)', lines: decisions, colors }),
    ...listed({
      title: 'Left to do',
      lines: owedGroups(owed).flatMap(({ hosts, title, command }) => [
        `${hosts.join(', ')}: ${title}`,
        ...command.split('\n').map((line) => `    ${line}`),
      ]),
      colors,
    }),
    ...listed({
      title: 'Report',
      lines: report === null ? [] : [`${report.host}:${report.html}`, `${report.host}:${report.json}`],
      colors,
    }),
  ].join('\n');
}

function preflightText(options: { result: PreflightResult; colors: Colors }): string {
  const { result, colors } = options;
  const { sentence, digest, blockers, warnings, notes, expected = [] } = result;
  return [
    blockers.length === 0 ? colors.green(sentence) : colors.red(sentence),
    ...[...blockers, ...warnings, ...notes].flatMap((finding) => findingLines({ finding, colors })),
    ...listed({ title: 'Expected', lines: expected, colors }),
    colors.dim(`plan ${digest}`),
  ].join('\n');
}

function findingLines(options: { finding: Finding; colors: Colors }): string[] {
  const { finding, colors } = options;
  const { id, level, text, remedy } = finding;
  const mark = level === 'blocker' ? colors.red(level) : level === 'warning' ? colors.yellow(level) : colors.dim(level);
  return ['', `${mark} ${colors.bold(id)}`, `  ${text}`, `  -> ${remedy}`];
}

/** Where the report lies and what it says first. */
export function reportText(options: { report: ReportPlace; colors: Colors }): string {
  const { report, colors } = options;
  const apis = report.availability.map(({ api, requests, failures, downtimeMs, longestGapMs, outages, baseline }) => {
    const times = outages.map(({ fromAt, toAt }) => `${clock(fromAt)}-${clock(toAt)}`).join(', ');
    const during = `${failures} of ${requests} requests failed, longest gap ${inWords(longestGapMs)}`;
    const before =
      baseline === undefined || baseline.requests === 0
        ? ''
        : `; before anything was altered ${baseline.failures} of ${baseline.requests}, ${inWords(baseline.longestGapMs)}`;
    return `${api}: ${inWords(downtimeMs)} down${times === '' ? '' : ` (${times} UTC)`}, ${during}${before}`;
  });
  return [
    `${report.host}:${report.html}`,
    `${report.host}:${report.json}`,
    ...listed({ title: 'Versions', lines: report.versions, colors }),
    ...listed({ title: 'APIs', lines: apis, colors }),
    ...listed({ title: 'Closed, expected and budget', lines: report.outages ?? [], colors }),
  ].join('\n');
}

function listed(options: { title: string; lines: readonly string[]; colors: Colors }): string[] {
  const { title, lines, colors } = options;
  return lines.length === 0 ? [] : ['', colors.bold(title), ...lines.map((line) => `  ${line}`)];
}
