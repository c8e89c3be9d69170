import { dateAndClock, inWords } from './durations';
import { html, type Markup } from './markup';
import type { Report } from './report';
import type { VersionRow } from './versions';

/** The first screen: what happened, how long it took, what users noticed. */
export function result(report: Report): Markup {
  return html`<p>
      <span class="badge ${stateClass(report.state)}">${stateWords(report.state)}</span>
      <span class="quiet">${report.kind} upgrade of ${report.cloud}, run <code>${report.runId}</code></span>
    </p>
    <h1>${report.headline}</h1>
    <p class="quiet">${dateAndClock(report.startedAt)} to ${dateAndClock(report.endedAt)}</p>
    <div class="cards">
      ${card({ label: 'From, to', value: html`${report.from} → ${report.to}`, note: html`${report.versionSentences.map((sentence) => html`${sentence}<br />`)}` })}
      ${card({ label: 'Duration', value: html`${inWords(report.durationMs)}`, note: html`${stepCounts(report)}` })}
      ${report.downtime.map(({ service, apis, downtimeMs, failures, requests }) =>
        card({
          label: `${service}: API downtime`,
          value: html`<span class="${downtimeMs > 0 ? 'bad' : 'good'}">${inWords(downtimeMs)}</span>`,
          note: html`${failures} of ${requests} requests failed (${apis.join(', ')})`,
        }),
      )}
    </div>
    ${
      report.remarks.length === 0
        ? null
        : html`<ul class="remarks">
            ${report.remarks.map((remark) => html`<li>${remark}</li>`)}
          </ul>`
    }`;
}

/** Every package before and after. Green is exactly what was approved. */
export function versionTable(rows: readonly VersionRow[]): Markup {
  if (rows.length === 0) return html`<p class="quiet">The plan changes no package.</p>`;
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th>Package</th>
          <th>Before</th>
          <th>Approved</th>
          <th>Now</th>
          <th>Hosts</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <td>${row.package}</td>
              <td><code>${row.before ?? '(new)'}</code></td>
              <td><code>${row.target}</code></td>
              <td class="${row.state === 'upgraded' ? 'good' : row.state === 'notYet' ? 'warn' : 'bad'}">
                <code>${nowText(row)}</code>
              </td>
              <td>${row.hosts.join(', ')}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What this run put on hosts and has not taken back, each with the command that does it. */
export function owedList(report: Report): Markup {
  if (report.owed.length === 0)
    return html`<p class="quiet">Nothing: all that this run put on the hosts is put back.</p>`;
  return html`${report.owed.map(
    ({ host, title, command }) =>
      html`<p><b>${host}</b>: ${title}</p>
        <pre>${command}</pre> `,
  )}`;
}

function card(options: { label: string; value: Markup; note: Markup }): Markup {
  return html`<div class="card">
    <div class="label">${options.label}</div>
    <div class="value">${options.value}</div>
    <div class="note">${options.note}</div>
  </div> `;
}

function nowText(row: VersionRow): string {
  if (row.state === 'notRead') return 'not read';
  return row.after ?? 'not installed';
}

function stepCounts(report: Report): string {
  const { steps } = report;
  const changed = steps.filter(({ kind, stepKind }) => kind === 'done' && stepKind === 'change').length;
  const looked = steps.filter(({ good, stepKind }) => good && stepKind === 'probe').length;
  const failed = steps.filter(({ good }) => !good).length;
  const same = steps.filter(({ kind, stepKind }) => kind === 'unchanged' && stepKind === 'change').length;
  return `${counted(changed, 'change')}, ${same} already so, ${counted(looked, 'probe')}, ${counted(failed, 'failure')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function stateClass(state: Report['state']): string {
  switch (state) {
    case 'completed':
      return 'good';
    case 'aborted':
    case 'cancelled':
      return 'bad';
    default:
      return 'warn';
  }
}

function stateWords(state: Report['state']): string {
  return state.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
