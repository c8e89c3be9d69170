import { renderSeries } from '../table';
import { median, summarize, type SeriesSummary } from '../summary';
import type { Column, Series } from '../series';
import { contendersOf, downColumn, type CloudBenchmark, type Journey, type MeasuredRun } from './benchmark';
import { fromSeries, toSeries } from './lab-state';
import { renderParts } from './parts-table';
import { probesPerSecond } from './probe';
import { apisOf, type ServiceSet } from './services';

interface Shown {
  readonly journey: Journey;
  readonly set: ServiceSet;
  readonly benchmark: CloudBenchmark;
}

export function summaryOf({ journey, set, benchmark }: Shown): SeriesSummary {
  const series: Series = {
    title: titleOf({ journey, set }),
    notes: [
      `down: one probe for all, ${probesPerSecond} requests a second to each API at the load balancer, of the kind that users send.`,
      'whole: of the script from its start to the first answer of every API; of ours from the approval to the end of the run.',
      'The script checks nothing, asks nobody and can be rolled back only with its dumps.',
    ],
    columns: [seconds({ id: 'whole', title: 'whole' }), ...apisOf(set).map(({ name }) => downOf(name))],
    reference: referenceOf(journey),
    ratioTitle: 'x script',
    rows: benchmark.rows,
    targets: [],
  };
  return summarize(series);
}

export function renderCloud(shown: Shown): string {
  const { journey, benchmark } = shown;
  const parts = (title: string, of: 'parts' | 'partsWhileDown', notes: readonly string[]): string =>
    renderParts({
      title,
      columns: contendersOf(journey).map((name) => ({
        name,
        runs: benchmark.runs.filter(({ contender }) => contender === name).map((run) => run[of]),
      })),
      reference: referenceOf(journey),
      notes,
    });
  return [
    renderSeries(summaryOf(shown)),
    parts('Where the time goes', 'parts', [
      'Ours: time in which at least one step of this kind ran, on whatever host; what is between two steps is in none of them.',
    ]),
    parts('Of that, while an API was down', 'partsWhileDown', []),
    ...engineLines(benchmark.runs),
  ].join('\n');
}

/** Without dumps there is no rollback, so there the script that has them is the bare one. */
function referenceOf(journey: Journey): string {
  return journey === 'upgrade' ? 'bare script' : 'bare script with dumps';
}

function titleOf({ journey, set }: Pick<Shown, 'journey' | 'set'>): string {
  return journey === 'upgrade'
    ? `A full upgrade of ${set.title} from ${fromSeries} to ${toSeries}, two controllers`
    : `The rollback of a full upgrade of ${set.title} from ${toSeries} to ${fromSeries}, databases restored, two controllers`;
}

const seconds = ({ id, title }: { readonly id: string; readonly title: string }): Column => ({
  id,
  title: `${title} s`,
  digits: 1,
  withRatio: true,
});

const downOf = (api: string): Column => seconds({ id: downColumn(api), title: `${api} down` });

/** What the engine adds is counted where nothing ran on any host: the machine's speed is not in it. */
function engineLines(runs: readonly MeasuredRun[]): readonly string[] {
  const ours = runs.flatMap(({ engine, plannedSeconds }) =>
    engine === null || plannedSeconds === null ? [] : [{ ...engine, plannedSeconds }],
  );
  if (ours.length === 0) return [];
  const middle = (of: (run: (typeof ours)[number]) => number): number => median(ours.map(of));
  return [
    `ours: ${middle(({ commandSeconds }) => commandSeconds).toFixed(1)} s in which commands ran on hosts, and ` +
      `${middle(({ engineSeconds }) => engineSeconds).toFixed(1)} s of the engine around ` +
      `${middle(({ steps }) => steps).toFixed(0)} steps: ${middle(({ engineMsPerStep }) => engineMsPerStep).toFixed(0)} ms a step. ` +
      `Survey and plan before: ${middle(({ plannedSeconds }) => plannedSeconds).toFixed(1)} s.`,
    '',
  ];
}
