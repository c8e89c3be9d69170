import type { Dashboard } from './dashboard';
import { drawChart } from './draw-chart';
import { drawStat } from './draw-stat';
import type { DrawnPanel } from './drawn-panel';
import { queriesOf, queryId, stepOf } from './queries';
import type { Answer, Recording } from './recording';

/** Every panel of a dashboard, from what Prometheus answered to its queries. */
export function drawDashboard(options: {
  readonly dashboard: Dashboard;
  readonly recording: Recording;
}): readonly DrawnPanel[] {
  const { dashboard, recording } = options;
  const { span } = recording;
  const queries = queriesOf({ dashboard, span });
  const answerTo = (id: string): Answer => {
    const query = queries.find((one) => one.id === id);
    const answer = recording.answers.find((one) => one.id === id);
    if (answer !== undefined && answer.expr === query?.expr) return answer;
    throw new Error(
      `The recording has no answer to query ${id} of the dashboard. No picture was written. Record anew, without --again.`,
    );
  };
  return dashboard.panels.map((panel) => {
    const answers = panel.targets.map((target) => ({
      target,
      answer: answerTo(queryId({ panel, refId: target.refId })),
    }));
    switch (panel.type) {
      case 'stat':
        return drawStat({ panel, answers });
      case 'timeseries':
        return drawChart({ panel, answers, span, stepSeconds: stepOf({ panel, span }) });
      default:
        return panel satisfies never;
    }
  });
}

/** Queries that have no value anywhere in the picture. */
export function withoutData({ answers }: Pick<Recording, 'answers'>): readonly string[] {
  return answers.filter(({ result }) => result.length === 0).map(({ id }) => id);
}
