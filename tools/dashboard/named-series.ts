import type { Panel } from './dashboard';
import { samplesOf, type Answer } from './recording';

export interface TargetAnswer {
  readonly target: Panel['targets'][number];
  readonly answer: Answer;
}

export interface NamedSeries {
  readonly name: string;
  /** Values by second; null: Prometheus has none, or no number. */
  readonly at: ReadonlyMap<number, number | null>;
}

/** The series of all queries of a panel under the names of their legends, in the order of queries and names. */
export function namedSeries(answers: readonly TargetAnswer[]): readonly NamedSeries[] {
  return answers.flatMap(({ target, answer }) =>
    answer.result
      .map((series) => ({
        name: legend({ format: target.legendFormat, labels: series.metric }),
        at: new Map(samplesOf(series).map(([second, text]) => [second, numberOf(text)])),
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
}

function legend({
  format,
  labels,
}: {
  readonly format: string;
  readonly labels: Readonly<Record<string, string>>;
}): string {
  return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
}

/** A quantile of nothing is `NaN`. */
function numberOf(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
