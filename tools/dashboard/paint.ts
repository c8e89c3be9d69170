import { openBrowser, takePicture } from '../pictures/browser';
import type { DrawnPanel } from './drawn-panel';
import { isChart, pageOf, pageStyle } from './page';

/** Paints panels in a browser and writes the picture. */
export async function paint(options: {
  readonly title: string;
  readonly panels: readonly DrawnPanel[];
  readonly footer: string;
  readonly path: string;
}): Promise<void> {
  const { path, panels } = options;
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 400 } });
    await page.setContent(pageOf(options));
    await page.addStyleTag({ path: require.resolve('uplot/dist/uPlot.min.css') });
    await page.addStyleTag({ content: pageStyle });
    await page.addScriptTag({ path: require.resolve('uplot/dist/uPlot.iife.min.js') });
    await page.addScriptTag({ path: require.resolve('./draw-charts.cjs') });
    await page.evaluate(`drawCharts(${JSON.stringify(panels.filter(isChart))})`);
    await takePicture({ page, path, fullPage: true });
  } finally {
    await browser.close();
  }
}
