import { z } from 'zod';

/**
 * Dashboards as Grafana stores them, as far as the picture can draw them. Strict everywhere: a setting that the picture left out
 * would show people another dashboard than Grafana does.
 */
const datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
const unit = z.enum(['short', 's']);
const colourName = z.enum(['green', 'yellow', 'orange', 'red', 'blue', 'purple', 'gray']);
const drawStyle = z.enum(['bars', 'line']);
const stacking = z.strictObject({ mode: z.enum(['normal', 'none']) });
const thresholds = z.strictObject({
  mode: z.literal('absolute'),
  steps: z.array(z.strictObject({ color: colourName, value: z.number().nullable() })).nonempty(),
});
const override = z.strictObject({
  matcher: z.strictObject({ id: z.literal('byName'), options: z.string() }),
  properties: z.array(
    z.discriminatedUnion('id', [
      z.strictObject({
        id: z.literal('color'),
        value: z.strictObject({ mode: z.literal('fixed'), fixedColor: colourName }),
      }),
      z.strictObject({ id: z.literal('thresholds'), value: thresholds }),
      z.strictObject({ id: z.literal('custom.drawStyle'), value: drawStyle }),
      z.strictObject({ id: z.literal('custom.stacking'), value: stacking }),
      z.strictObject({ id: z.literal('custom.fillOpacity'), value: z.number() }),
    ]),
  ),
});
const target = z.strictObject({
  refId: z.string(),
  datasource,
  expr: z.string(),
  legendFormat: z.string(),
  instant: z.boolean(),
  range: z.boolean(),
});
const common = {
  id: z.number(),
  title: z.string(),
  description: z.string(),
  datasource,
  gridPos: z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(target).nonempty(),
};

const stat = z.strictObject({
  ...common,
  type: z.literal('stat'),
  fieldConfig: z.strictObject({
    defaults: z.strictObject({ unit, noValue: z.string().optional(), thresholds }),
    overrides: z.array(override),
  }),
  options: z.strictObject({
    reduceOptions: z.strictObject({ calcs: z.tuple([z.literal('lastNotNull')]) }),
    colorMode: z.literal('background'),
    textMode: z.literal('value_and_name'),
  }),
});

const timeseries = z.strictObject({
  ...common,
  type: z.literal('timeseries'),
  interval: z
    .string()
    .regex(/^\d+[smh]$/)
    .optional(),
  fieldConfig: z.strictObject({
    defaults: z.strictObject({
      unit,
      decimals: z.literal(0).optional(),
      custom: z.strictObject({ drawStyle, fillOpacity: z.number(), stacking }),
      min: z.literal(0),
      thresholds,
    }),
    overrides: z.array(override),
  }),
  options: z.strictObject({
    legend: z.strictObject({ displayMode: z.literal('list'), placement: z.literal('bottom') }),
    tooltip: z.strictObject({ mode: z.literal('multi') }),
  }),
});

const dashboard = z.object({
  title: z.string(),
  panels: z
    .array(
      z.discriminatedUnion('type', [stat, timeseries], {
        error: 'the picture draws panels of the types stat and timeseries',
      }),
    )
    .nonempty(),
});

export type Dashboard = z.infer<typeof dashboard>;
export type Panel = Dashboard['panels'][number];
export type StatPanel = z.infer<typeof stat>;
export type ChartPanel = z.infer<typeof timeseries>;
export type ColourName = z.infer<typeof colourName>;
export type Unit = z.infer<typeof unit>;
export type Thresholds = z.infer<typeof thresholds>;

/** @throws Error one sentence with all that the picture cannot draw, and where it is */
export function readDashboard(json: unknown): Dashboard {
  const read = dashboard.safeParse(json);
  if (read.success) return read.data;
  const problems = read.error.issues.flatMap((issue) => {
    const at = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [`${at.join('.')}: ${issue.message}`];
    return issue.keys.map((key) => `${[...at, key].join('.')}: a setting that the picture would leave out`);
  });
  throw new Error(
    `The picture of this dashboard cannot be drawn: ${problems.join('; ')}. No picture was written. Change the dashboard, or teach tools/dashboard to draw it.`,
  );
}
