import { thresholdColour } from './colours';
import type { StatPanel, Thresholds } from './dashboard';
import type { DrawnStat } from './drawn-panel';
import { namedSeries, type TargetAnswer } from './named-series';
import { unitText } from './unit-text';

export function drawStat(options: { readonly panel: StatPanel; readonly answers: readonly TargetAnswer[] }): DrawnStat {
  const { panel, answers } = options;
  const { id, title, gridPos: place } = panel;
  const { unit, noValue = 'No data' } = panel.fieldConfig.defaults;
  const values = namedSeries(answers).flatMap(({ name, at }) => {
    const value = [...at.values()].findLast((one) => one !== null) ?? null;
    if (value === null) return [];
    const colour = thresholdColour(thresholdsOf({ panel, name }), value);
    return [{ name, text: unitText({ unit, value }), colour }];
  });
  return { kind: 'stat', id, title, place, values, noValue };
}

function thresholdsOf({ panel, name }: { readonly panel: StatPanel; readonly name: string }): Thresholds {
  const { defaults, overrides } = panel.fieldConfig;
  const properties = overrides.filter(({ matcher }) => matcher.options === name).flatMap((one) => one.properties);
  return properties.flatMap((one) => (one.id === 'thresholds' ? [one.value] : []))[0] ?? defaults.thresholds;
}
