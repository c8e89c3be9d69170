import { availability } from './html-availability';
import { decisionTable, findingTable } from './html-answers';
import { axisOf } from './html-axis';
import { expectedTables } from './html-expected';
import { owedList, result, versionTable } from './html-result';
import { backlogChart } from './html-backlog';
import { countedSampleTable } from './html-counted-samples';
import { growthTables } from './html-growth';
import { sampleGapTable } from './html-sample-gaps';
import { phaseLists, troubles } from './html-steps';
import { style } from './html-style';
import { timeline } from './html-timeline';
import { markup, Markup } from './markup';
import type { Report } from './report';

/**
 * The report as one page that needs nothing else: no script, no font, no picture from elsewhere; light, dark and
 * printed. The security policy in its head makes sure of it, whatever text of a host stands in it.
 */
export function renderHtml(report: Report): string {
  const axis = axisOf(report);
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${report.cloud}: ${report.from} to ${report.to}, ${report.state}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <main>
          <header>${result(report)}</header>
          ${section('Still to do', owedList(report))} ${section('Availability', availability({ report, axis }))}
          ${section('Expected and actual times', expectedTables(report))}
          ${report.sampleGaps.length === 0 ? null : section('Time without samples', sampleGapTable(report.sampleGaps))}
          ${isCounted(report) ? section('Samples taken twice', countedSampleTable(report.sampleCounts)) : null}
          ${report.backlog === null ? null : section('Measures that waited', backlogChart({ report, axis, curve: report.backlog }))}
          ${report.growth === null ? null : section('Queues and memory of agents', growthTables(report.growth))}
          ${section('Timeline', timeline({ report, axis }))} ${section('Failures', troubles(report), 'long')}
          ${section('Versions', versionTable(report.versions), 'long')}
          ${section('Decisions', decisionTable(report), 'long')}
          ${section('Findings', findingTable(report.findings), 'long')}
          ${section('Every step', phaseLists(report), 'long')}
          <footer class="quiet small">
            <h2>Digests</h2>
            <p>Plan that was approved: <code>${report.planDigest}</code></p>
            <p>Outcomes and decisions: <code>${report.evidenceDigest ?? 'none'}</code></p>
            <p>All times are UTC. The full output of every step is on its host, in /var/lib/openstack-upgrade/jobs.</p>
          </footer>
        </main>
      </body>
    </html> `;
  return page.text;
}

function isCounted({ sampleCounts: { meters, unseen } }: Report): boolean {
  return meters.length + unseen.length > 0;
}

function section(title: string, content: Markup, kind = ''): Markup {
  return markup`<section class="${kind}">
    <h2>${title}</h2>
    ${content}
  </section> `;
}
