import { markup, type Markup } from '../../report/markup';
import type { DrawnChart, DrawnPanel, DrawnStat } from './drawn-panel';

/** The page that the picture is taken of. Charts are drawn into it by draw-charts.cjs. */
export function pageOf(options: {
  readonly title: string;
  readonly panels: readonly DrawnPanel[];
  readonly footer: string;
}): string {
  const { title, panels, footer } = options;
  return `<!doctype html>${
    markup`<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>
<header>${title}<span>UTC</span></header>
<main>${panels.map(panelMarkup)}</main>
<footer>${footer}</footer>
</body></html>`.text
  }`;
}

export function isChart(panel: DrawnPanel): panel is DrawnChart {
  return panel.kind === 'chart';
}

function panelMarkup(panel: DrawnPanel): Markup {
  const { x, y, w, h } = panel.place;
  const place = `grid-column: ${x + 1} / span ${w}; grid-row: ${y + 1} / span ${h}`;
  return markup`<section style="${place}"><h2>${panel.title}</h2>${isChart(panel) ? chartMarkup(panel) : statMarkup(panel)}</section>`;
}

function statMarkup({ values, noValue }: DrawnStat): Markup {
  if (values.length === 0) return markup`<div class="values"><div class="none">${noValue}</div></div>`;
  return markup`<div class="values">${values.map(
    ({ name, text, colour }) =>
      markup`<div style="background: ${colour}"><span>${name}</span><strong>${text}</strong></div>`,
  )}</div>`;
}

function chartMarkup({ id, series }: DrawnChart): Markup {
  if (series.length === 0) return markup`<div class="values"><div class="none">No data</div></div>`;
  return markup`<div class="plot" id="plot-${id}"></div><ul>${series.map(
    ({ name, colour }) => markup`<li><i style="background: ${colour}"></i>${name}</li>`,
  )}</ul>`;
}

/** Rows of 30 pixels and gaps of 8, as Grafana lays panels out. */
export const pageStyle = `
* { box-sizing: border-box; margin: 0; }
body { font: 12px/1.35 'DejaVu Sans', sans-serif; color: #24292f; background: #f4f5f5; padding: 10px 12px; width: 1280px; }
header { font-size: 16px; padding: 2px 2px 10px; display: flex; justify-content: space-between; }
header span, footer { color: #6a737d; font-size: 11px; }
footer { padding: 8px 2px 0; }
main { display: grid; grid-template-columns: repeat(24, minmax(0, 1fr)); grid-auto-rows: 30px; gap: 8px; }
section { background: #fff; border: 1px solid #dfe1e4; border-radius: 3px; padding: 6px 8px; display: flex; flex-direction: column; min-height: 0; }
h2 { font-size: 12px; font-weight: 600; padding-bottom: 4px; }
.values { flex: 1; display: flex; gap: 6px; min-height: 0; }
.values div { flex: 1; min-width: 0; border-radius: 3px; color: #fff; display: flex; flex-direction: column; align-items: center; justify-content: center; text-align: center; }
.values strong { font-size: 20px; font-weight: 600; line-height: 1.3; white-space: nowrap; }
.values .none { color: #6a737d; font-size: 15px; }
.plot { flex: 1; min-height: 0; overflow: hidden; }
ul { list-style: none; padding: 4px 0 0; display: flex; flex-wrap: wrap; gap: 2px 12px; }
li { display: flex; align-items: center; gap: 5px; white-space: nowrap; }
li i { width: 12px; height: 3px; border-radius: 1px; }
`;
