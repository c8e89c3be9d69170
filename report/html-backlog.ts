import type { BacklogCurve, BacklogPoint } from './backlog';
import { clock } from './durations';
import { background, chart, rounded, type Axis } from './html-axis';
import { markup, type Markup } from './markup';
import type { Report } from './report';

/** Room between the head of the chart and its floor. */
const floor = { height: 120, below: 6 } as const;

/** The curve on the same axis as the availability and the timeline; where nobody could tell, it is broken. */
export function backlogChart(options: { report: Report; axis: Axis; curve: BacklogCurve }): Markup {
  const { report, axis, curve } = options;
  const bottom = chart.head + floor.height;
  const height = bottom + floor.below;
  const y = (waiting: number): number => rounded(bottom - (waiting / Math.max(1, curve.most)) * floor.height);
  return markup`<div class="wide"><svg viewBox="0 0 ${chart.width} ${height}" role="img" aria-label="Measures that waited to be processed, over time">
${background({ axis, report, height })}
<text x="0" y="${chart.head + 10}">${curve.most}</text><text x="0" y="${bottom}">0</text>
${pieces(curve.points).map((points) => piece({ axis, points, y, bottom }))}
</svg></div>
<p>At most ${curve.most} waited, at ${clock(curve.mostAt)}; at the end ${curve.last}.</p>
<p class="quiet small">Counted in the store, or by its API, every 20 s. While Gnocchi is stopped nobody processes them: what agents measure meanwhile waits in RabbitMQ, and is not in this curve. The line is broken where nobody could tell, as while packages are replaced.</p>`;
}

type Told = BacklogPoint & { readonly waiting: number };

/** Neighbours that could be told. */
function pieces(points: readonly BacklogPoint[]): readonly (readonly Told[])[] {
  const isTold = (point: BacklogPoint): point is Told => point.waiting !== null;
  return points
    .reduce<readonly (readonly Told[])[]>(
      (all, point) => {
        if (!isTold(point)) return [...all, []];
        return [...all.slice(0, -1), [...(all.at(-1) ?? []), point]];
      },
      [[]],
    )
    .filter(({ length }) => length > 0);
}

function piece(options: {
  axis: Axis;
  points: readonly Told[];
  y: (waiting: number) => number;
  bottom: number;
}): Markup {
  const { axis, points, y, bottom } = options;
  const at = points.map((point) => `${String(axis.x(point.at))},${String(y(point.waiting))}`);
  const [first, last] = [points[0], points.at(-1)].map((point) => (point === undefined ? 0 : axis.x(point.at)));
  const under = [`${String(first)},${String(bottom)}`, ...at, `${String(last)},${String(bottom)}`].join(' ');
  return markup`<polygon class="waits" points="${under}"/><polyline class="curve" points="${at.join(' ')}"/>
${points.map((point) => markup`<circle class="curve-point" cx="${axis.x(point.at)}" cy="${y(point.waiting)}" r="2"><title>${clock(point.at)}: ${point.waiting}</title></circle>`)}
`;
}
