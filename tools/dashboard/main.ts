/**
 * `npm run picture:dashboard`: makes docs/pictures/dashboard.png. A worker upgrades the lab while a Prometheus reads it; the
 * panels of deploy/grafana-dashboard.json are drawn from what Prometheus answers to their own queries.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { abortOnSignals, createClosing } from '../../lab/demo/closing';
import { LabError } from '../../lab/machine/lab-error';
import { sayWithSeconds } from '../../lab/machine/progress';
import { whyNoBrowser } from '../pictures/browser';
import { readDashboard, type Dashboard } from './dashboard';
import { drawDashboard, withoutData } from './draw-dashboard';
import { paint } from './paint';
import type { Recording } from './recording';
import { watchUpgrade } from './watched-upgrade';

const project = join(__dirname, '../..');
const recordingFile = join(project, 'test/tools/fixtures/dashboard-recording.json');

const program = new Command('picture:dashboard')
  .description(
    'Makes docs/pictures/dashboard.png: upgrades the lab while a Prometheus reads the worker (8 minutes; root on Linux), and draws the panels of deploy/grafana-dashboard.json from what Prometheus answers to their queries',
  )
  .option('--again', 'start nothing: draw once more from the answers that were recorded the last time', false);

async function main(): Promise<void> {
  const { again } = program.parse().opts<{ readonly again: boolean }>();
  const dashboard = readDashboard(JSON.parse(readFileSync(join(project, 'deploy/grafana-dashboard.json'), 'utf8')));
  const recording = again ? (JSON.parse(readFileSync(recordingFile, 'utf8')) as Recording) : await recorded(dashboard);
  const without = withoutData(recording);
  if (without.length > 0) console.log(`These queries have no data in the picture: ${without.join(', ')}`);
  const why = whyNoBrowser();
  if (why !== null) throw new LabError(why);
  await paint({
    title: dashboard.title,
    panels: drawDashboard({ dashboard, recording }),
    footer: footerOf(recording),
    path: join(project, 'docs/pictures/dashboard.png'),
  });
}

async function recorded(dashboard: Dashboard): Promise<Recording> {
  const say = sayWithSeconds({ write: (line) => process.stdout.write(`${line}\n`) });
  const closing = createClosing({ say });
  const signal = abortOnSignals({ say, keeps: () => false });
  try {
    const recording = await watchUpgrade({ dashboard, closing, signal, say });
    writeFileSync(recordingFile, `${JSON.stringify(recording)}\n`);
    return recording;
  } finally {
    await closing.close();
  }
}

function footerOf({ prometheusVersion, span }: Recording): string {
  const at = new Date(span.toSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
  return `Panels and queries of deploy/grafana-dashboard.json; data of Prometheus ${prometheusVersion}, ${at} UTC; drawn by tools/dashboard with uPlot, not by Grafana.`;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const text = error instanceof Error ? (error instanceof LabError ? error.message : error.stack) : String(error);
    process.stderr.write(`${text ?? ''}\n`);
    process.exit(1);
  },
);
