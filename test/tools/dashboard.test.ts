import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDashboard, type Dashboard } from '../../tools/dashboard/dashboard';
import { drawDashboard, withoutData } from '../../tools/dashboard/draw-dashboard';
import { drawChart } from '../../tools/dashboard/draw-chart';
import type { DrawnChart, DrawnPanel } from '../../tools/dashboard/drawn-panel';
import { pageOf } from '../../tools/dashboard/page';
import { queriesOf } from '../../tools/dashboard/queries';
import type { Recording } from '../../tools/dashboard/recording';
import { clockAxis, valueAxis } from '../../tools/dashboard/axis';
import { unitText } from '../../tools/dashboard/unit-text';

const root = join(__dirname, '../..');

interface RawPanel {
  readonly id: number;
  readonly type: string;
  readonly options: Record<string, unknown>;
  readonly targets: { expr: string }[];
}

function rawDashboard(): { readonly panels: RawPanel[] } {
  return JSON.parse(readFileSync(join(root, 'deploy/grafana-dashboard.json'), 'utf8')) as { panels: RawPanel[] };
}

const dashboard = readDashboard(rawDashboard());
/** What a real Prometheus answered while a real worker upgraded the lab: `npm run picture:dashboard` writes it. */
const recording = JSON.parse(readFileSync(join(__dirname, 'fixtures/dashboard-recording.json'), 'utf8')) as Recording;
const panels = drawDashboard({ dashboard, recording });

/** Nothing of this kind happened while the picture was recorded. */
const queriesWithoutData: readonly string[] = [];

function panelWith(title: string): DrawnPanel {
  const found = panels.find((panel) => panel.title === title);
  if (found === undefined) throw new Error(`no panel ${title}`);
  return found;
}

function chartWith(title: string): DrawnChart {
  const panel = panelWith(title);
  if (panel.kind !== 'chart') throw new Error(`${title} is no chart`);
  return panel;
}

describe('the picture of the dashboard', () => {
  it('has every panel of the dashboard, at its place', () => {
    expect(panels.map(({ id, title, place }) => ({ id, title, place }))).toEqual(
      dashboard.panels.map(({ id, title, gridPos }) => ({ id, title, place: gridPos })),
    );
    const page = pageOf({ title: 'OpenStack upgrades', panels, footer: 'x' });
    const headings = [...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);
    expect(headings).toEqual(dashboard.panels.map(({ title }) => title));
  });

  it('has data of every query but those that are named here', () => {
    expect(withoutData(recording)).toEqual(queriesWithoutData);
    expect(recording.answers).toHaveLength(dashboard.panels.flatMap(({ targets }) => targets).length);
  });

  it('shows the failed step, and the gates that waited', () => {
    const failed = chartWith('Steps that ended').series.find(({ name }) => name === 'failed');
    expect(Math.max(...(failed?.heights ?? []).map((height) => height ?? 0))).toBeGreaterThanOrEqual(1);
    const gates = chartWith('How long gates waited').series.map(({ name }) => name);
    expect(gates).toEqual(['cedar: failure', 'cedar: phase', 'cedar: plan']);
  });
});

describe('a dashboard that the picture cannot draw is refused', () => {
  const changed = (change: (panel: RawPanel) => RawPanel): unknown => {
    const { panels: raw, ...rest } = rawDashboard();
    return { ...rest, panels: raw.map((panel, index) => (index === 3 ? change(panel) : panel)) };
  };

  it('with a panel of another type', () => {
    expect(() => readDashboard(changed((panel) => ({ ...panel, type: 'table' })))).toThrow(
      'panels.3.type: the picture draws panels of the types stat and timeseries',
    );
  });

  it('with a setting that the picture would leave out', () => {
    const sorted = changed((panel) => ({ ...panel, options: { ...panel.options, sortBy: 'name' } }));
    expect(() => readDashboard(sorted)).toThrow('panels.3.options.sortBy: a setting that the picture would leave out');
  });

  it('with a variable of Grafana that it does not know', () => {
    const ranged = changed((panel) => ({
      ...panel,
      targets: panel.targets.map((target) => ({ ...target, expr: 'increase(up[$__range])' })),
    }));
    const read = readDashboard(ranged);
    expect(() => queriesOf({ dashboard: read, span: recording.span })).toThrow('the variable $__range in panel 4');
  });

  it('with a query that was never recorded', () => {
    const other = changed((panel) => ({
      ...panel,
      targets: panel.targets.map((target) => ({ ...target, expr: 'up' })),
    }));
    expect(() => drawDashboard({ dashboard: readDashboard(other), recording })).toThrow(
      'The recording has no answer to query 4A of the dashboard.',
    );
  });
});

describe('queries', () => {
  const span = { fromSeconds: 0, toSeconds: 600, scrapeSeconds: 15 };
  const of = (id: string): ReturnType<typeof queriesOf>[number] | undefined =>
    queriesOf({ dashboard, span }).find((query) => query.id === id);

  it('ask stats for this moment, and charts for a stretch of time', () => {
    expect(of('1A')).toMatchObject({ kind: 'instant' });
    expect(of('6A')).toMatchObject({ kind: 'range', stepSeconds: 15 });
  });

  it('have the rate interval of Grafana: a step and a scrape, at least four scrapes', () => {
    expect(of('5A')?.expr).toContain('[60s]');
    expect(of('4A')).toMatchObject({ stepSeconds: 60 });
    expect(of('4A')?.expr).toContain('[75s]');
  });
});

describe('charts', () => {
  const span = { fromSeconds: 0, toSeconds: 240, scrapeSeconds: 15 };
  const panel = dashboard.panels.find(({ id }) => id === 7) as Extract<
    Dashboard['panels'][number],
    { type: 'timeseries' }
  >;
  const draw = (values: readonly (readonly [string, string, readonly (readonly [number, string])[]])[]): DrawnChart =>
    drawChart({
      panel,
      span,
      stepSeconds: 60,
      answers: panel.targets.map((target) => ({
        target,
        answer: {
          id: `7${target.refId}`,
          expr: target.expr,
          result: values
            .filter(([refId]) => refId === target.refId)
            .map(([, outcome, samples]) => ({ metric: { outcome }, values: samples })),
        },
      })),
    });

  it('stack bars in the order of their names, and leave lines where they are', () => {
    const { series, value } = draw([
      ['A', 'failed', [[60, '1']]],
      [
        'A',
        'done',
        [
          [60, '4'],
          [120, '2'],
        ],
      ],
      [
        'B',
        '',
        [
          [60, '3'],
          [120, 'NaN'],
          [180, '7'],
        ],
      ],
    ]);
    expect(series.map(({ name, style, heights }) => [name, style, heights])).toEqual([
      ['done', 'bars', [null, 4, 2, null, null]],
      ['failed', 'bars', [null, 5, null, null, null]],
      ['started', 'line', [null, 3, null, 7, null]],
    ]);
    expect(series[2]?.alone).toEqual([1, 3]);
    expect(value.to).toBeGreaterThanOrEqual(7);
  });

  it('have axes with round numbers, and no half commands', () => {
    expect(valueAxis({ unit: 'short', largest: 2 }).ticks.map(({ text }) => text)).toEqual(['0', '1', '2']);
    expect(valueAxis({ unit: 's', largest: 95 }).ticks.map(({ text }) => text)).toEqual([
      '0 s',
      '30 s',
      '1 min',
      '1 min 30 s',
      '2 min',
    ]);
    expect(clockAxis({ fromSeconds: 36_100, toSeconds: 36_700 }).ticks.map(({ text }) => text)).toEqual([
      '10:02',
      '10:03',
      '10:04',
      '10:05',
      '10:06',
      '10:07',
      '10:08',
      '10:09',
      '10:10',
      '10:11',
    ]);
  });

  it.each([
    ['s', 0, '0 s'],
    ['s', 0.35, '350 ms'],
    ['s', 7.25, '7.3 s'],
    ['s', 312, '5 min 12 s'],
    ['s', 3600, '1 h'],
    ['short', 12, '12'],
  ] as const)('write %s %d as %s', (unit, value, text) => {
    expect(unitText({ unit, value })).toBe(text);
  });
});
