import type { GateSubject } from '../schema/decision';
import { dateAndClock } from './durations';
import type { AnsweredFinding } from './findings';
import { table } from './html-table';
import { markup, type Markup } from './markup';
import type { Report } from './report';

/** Who decided what, why and when. Nothing proves a typed name, so the page does not pretend. */
export function decisionTable(report: Report): Markup {
  if (report.decisions.length === 0) return markup`<p class="quiet">No decisions.</p>`;
  return table({
    columns: ['When', 'By (not verified)', 'Decision', 'About', 'Why', 'Gate'],
    rows: report.decisions.map(({ at, by, via, choice, about, reason, gate }) => [
      { content: dateAndClock(at), look: 'nowrap' },
      via === 'automatic' ? markup`${by} <span class="badge plain">automatic</span>` : by,
      markup`<b>${choice}</b>`,
      aboutText({ about, report }),
      reason,
      markup`<code>${gate}</code>`,
    ]),
  });
}

/** What planning saw, and what people made of it. */
export function findingTable(findings: readonly AnsweredFinding[]): Markup {
  if (findings.length === 0) return markup`<p class="quiet">Planning found nothing wrong or risky.</p>`;
  return table({
    columns: ['Finding', 'What was found → how to fix it', 'Answer'],
    rows: findings.map((finding) => [
      markup`<span class="badge ${levelClass(finding)}">${finding.level}</span><br><code>${finding.id}</code>`,
      markup`${finding.text}<br><span class="quiet">→ ${finding.remedy}</span><br><span class="quiet small">${finding.sources.join(', ')}</span>`,
      answerText(finding),
    ]),
  });
}

function aboutText(options: { about: GateSubject; report: Report }): string {
  const { about, report } = options;
  const phaseTitle = (id: string): string => report.phases.find((phase) => phase.id === id)?.title ?? id;
  switch (about.kind) {
    case 'plan':
      return `the plan ${about.digest.slice(0, 12)}`;
    case 'lock':
      return `the lock of run ${about.runId}`;
    case 'phase':
      return `before "${phaseTitle(about.phaseId)}"`;
    case 'drift':
      return `the cloud had changed before "${phaseTitle(about.phaseId)}"`;
    case 'loss':
      return `what a rollback from "${phaseTitle(about.phaseId)}" takes away`;
    case 'confirm':
      return `by hand: ${about.stepId}@${about.host}`;
    case 'failure':
      return `${about.stepId}@${about.host}`;
    default:
      return about satisfies never;
  }
}

function levelClass(finding: AnsweredFinding): string {
  switch (finding.level) {
    case 'blocker':
      return 'bad';
    case 'warning':
      return 'warn';
    case 'note':
      return 'plain';
    default:
      return finding.level satisfies never;
  }
}

function answerText(finding: AnsweredFinding): string {
  switch (finding.answer) {
    case 'accepted':
      return `accepted by ${finding.acceptedBy ?? '?'}${finding.reason === null || finding.reason === '' ? '' : `: ${finding.reason}`}`;
    case 'notAccepted':
      return 'not accepted';
    case 'noted':
      return 'for information';
    case 'refused':
      return 'the plan was refused';
    default:
      return finding.answer satisfies never;
  }
}
