import { counted } from '../schema/names';
import { remainingSentence } from '../schema/remaining';
import { runLooks } from '../schema/words';
import { dateAndClock, inWords } from './durations';
import { badge } from './html-badge';
import { table } from './html-table';
import { markup, type Markup } from './markup';
import { owedGroups } from './owed';
import type { Report } from './report';
import type { VersionRow } from './versions';

/** The first screen: what happened, how long it took, what users noticed. */
export function result(report: Report): Markup {
  const { state, kind, cloud, runId, startedAt, endedAt, remarks } = report;
  return markup`<p>${badge(runLooks[state])} <span class="quiet">${kind} upgrade of ${cloud}, run <code>${runId}</code></span></p>
<h1>${report.headline}</h1>
${report.usersGot === null ? null : markup`<p>${report.usersGot}</p>`}
<p class="quiet">${dateAndClock(startedAt)} to ${dateAndClock(endedAt)}</p>
<div class="cards">
${cardsOf(report)}</div>
${remarks.length === 0 ? null : markup`<ul class="remarks">${remarks.map((remark) => markup`<li>${remark}</li>`)}</ul>`}`;
}

function cardsOf(report: Report): Markup[] {
  const { from, to, versionSentences, durationMs } = report;
  return [
    card({
      label: 'From, to',
      value: markup`${from} → ${to}`,
      note: markup`${versionSentences.map((one) => markup`${one}<br>`)}`,
    }),
    card({ label: 'Duration', value: markup`${inWords(durationMs)}`, note: markup`${stepCounts(report)}` }),
    ...report.downtime.map(({ service, apis, downtimeMs, failures, requests, baseline }) =>
      card({
        label: `${service}: API downtime`,
        value: markup`<span class="${downtimeMs > 0 ? 'bad' : 'good'}">${inWords(downtimeMs)}</span>`,
        note: markup`${failures} of ${requests} requests failed (${apis.join(', ')})${baseline.requests === 0 ? '' : `; before, ${baseline.failures} of ${baseline.requests}`}`,
      }),
    ),
  ];
}

/** Every package before and after. Green is exactly what was approved. */
export function versionTable(rows: readonly VersionRow[]): Markup {
  if (rows.length === 0) return markup`<p class="quiet">The plan changes no package.</p>`;
  return table({
    columns: ['Package', 'Before', 'Approved', 'Now', 'Hosts'],
    rows: rows.map((row) => [
      row.package,
      markup`<code>${row.before ?? '(new)'}</code>`,
      markup`<code>${row.target}</code>`,
      { content: markup`<code>${nowText(row)}</code>`, look: nowClass(row) },
      row.hosts.join(', '),
    ]),
  });
}

/** What this run put on hosts and has not taken back, each with the command that does it. */
export function owedList({ owed, remaining }: Report): Markup {
  return markup`${remaining.length === 0 ? null : remainingList(remaining)}${owedOnHosts(owed)}`;
}

function remainingList(remaining: Report['remaining']): Markup {
  return markup`<p>The upgrade is not done while a host has the release before. Every later plan of this cloud reminds of them, until none has it:</p>
<ul>${remaining.map((one) => markup`<li>${remainingSentence(one)}</li>`)}</ul>
`;
}

function owedOnHosts(owed: Report['owed']): Markup {
  if (owed.length === 0)
    return markup`<p class="quiet">Nothing: everything that this run put on the hosts is removed.</p>`;
  return markup`<p class="quiet">Run these as root in sh. First run the lines under "By hand" in the runbook (RUNBOOK.txt in the run's directory on every host).</p>
${owedGroups(owed).map(
  ({ hosts, title, command }) => markup`<p><b>${hosts.join(', ')}</b>: ${title}</p><pre>${command}</pre>
`,
)}`;
}

function card(options: { label: string; value: Markup; note: Markup }): Markup {
  const { label, value, note } = options;
  return markup`<div class="card"><div class="label">${label}</div><div class="value">${value}</div><div class="note">${note}</div></div>
`;
}

function nowClass(row: VersionRow): string {
  switch (row.state) {
    case 'upgraded':
    case 'back':
      return 'good';
    case 'notYet':
      return 'warn';
    case 'other':
    case 'notRead':
      return 'bad';
    default:
      return row.state satisfies never;
  }
}

function nowText(row: VersionRow): string {
  if (row.state === 'notRead') return 'not read';
  return row.after ?? 'not installed';
}

function stepCounts(report: Report): string {
  const { steps } = report;
  const changed = steps.filter(({ kind, stepKind }) => kind === 'done' && stepKind === 'change').length;
  const checked = steps.filter(({ good, stepKind }) => good && stepKind === 'probe').length;
  const failed = steps.filter(({ good }) => !good).length;
  const same = steps.filter(({ kind, stepKind }) => kind === 'unchanged' && stepKind === 'change').length;
  return `${counted({ count: changed, noun: 'change' })}, ${same} already done, ${counted({ count: checked, noun: 'check' })}, ${counted({ count: failed, noun: 'failure' })}`;
}
