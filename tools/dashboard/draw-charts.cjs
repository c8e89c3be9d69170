/* Runs in the browser, beside uPlot. What is drawn was decided in draw-chart.ts; this only hands it over. */
/* global uPlot, document, window */
window.drawCharts = (charts) => {
  for (const chart of charts) {
    const place = document.getElementById(`plot-${chart.id}`);
    if (place === null) continue;
    const axis = ({ ticks }, more) => ({
      splits: () => ticks.map(({ at }) => at),
      values: () => ticks.map(({ text }) => text),
      font: "11px 'DejaVu Sans', sans-serif",
      stroke: '#57606a',
      grid: { stroke: '#eceef0', width: 1 },
      ticks: { show: false },
      ...more,
    });
    const series = chart.series.map(({ colour, fill, style, alone }) => ({
      stroke: colour,
      fill,
      width: style === 'bars' ? 0.5 : 1.5,
      paths: style === 'bars' ? uPlot.paths.bars({ size: [0.8, 40] }) : uPlot.paths.linear(),
      points: { show: style === 'line', size: 4, fill: colour, filter: () => alone },
    }));
    // Bars stand on each other: the highest are painted first, and the lower ones over them; lines come last.
    const order = [...chart.series.keys()].sort((a, b) => {
      const [one, other] = [chart.series[a], chart.series[b]];
      return one.style === other.style ? b - a : one.style === 'bars' ? -1 : 1;
    });
    new uPlot(
      {
        width: place.clientWidth,
        height: place.clientHeight,
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 12, 0, 0],
        scales: {
          x: { time: false, range: [chart.clock.from, chart.clock.to] },
          y: { range: [chart.value.from, chart.value.to] },
        },
        axes: [axis(chart.clock, { size: 24, gap: 4 }), axis(chart.value, { size: 62, gap: 6 })],
        series: [{}, ...order.map((index) => series[index])],
      },
      [chart.times, ...order.map((index) => chart.series[index].heights)],
      place,
    );
  }
};
