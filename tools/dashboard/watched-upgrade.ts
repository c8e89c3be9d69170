import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Closing } from '../../lab/demo/closing';
import type { DemoOptions } from '../../lab/demo/options';
import { whyNoDemo } from '../../lab/demo/refusal';
import { demoDirectory } from '../../lab/demo/run-files';
import { raiseSite, stopHere, type DemoSite } from '../../lab/demo/site';
import { startDemoWorker } from '../../lab/demo/worker';
import { LabError } from '../../lab/machine/lab-error';
import { freePort } from '../../lab/machine/loopback-sshd';
import { labPlaces } from '../../lab/machine/places';
import { until } from '../../lab/machine/processes';
import type { Say } from '../../lab/machine/progress';
import { whyNoBrowser } from '../pictures/browser';
import type { Dashboard } from './dashboard';
import { startPrometheus, whyNoPrometheus } from './prometheus';
import type { Gate } from '../../schema/decision';
import { followRun } from '../../client/live';
import { record } from './record';
import type { Recording } from './recording';

const scrapeFile = join(__dirname, '../../deploy/prometheus-scrape.yml');
const demo: DemoOptions = {
  yes: true,
  keep: false,
  startInUi: false,
  failAt: 'heat/db-sync',
  from: 'antelope',
  to: 'bobcat',
  with: [],
};
/** As long as a quick person thinks about a plan, and about a failure; each must last for some scrapes. */
const thinkingSeconds = 45;

interface Watching {
  readonly dashboard: Dashboard;
  readonly closing: Closing;
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** What stands while the upgrade is watched. */
type Standing = Omit<Watching, 'dashboard'> & { readonly site: DemoSite; readonly directory: string };

/**
 * A real upgrade of the lab, by a worker that Prometheus reads as deploy/ tells it to: the worker is killed and another one goes
 * on, a step fails and is retried, and in the end a rollback waits for approval.
 */
export async function watchUpgrade({ dashboard, closing, signal, say }: Watching): Promise<Recording> {
  const why = whyNoPrometheus() ?? whyNoBrowser() ?? whyNoDemo(demo);
  if (why !== null) throw new LabError(why);
  const directory = demoDirectory();
  const address = `127.0.0.1:${await freePort('127.0.0.1')}`;
  const { configuration, scrapeSeconds } = scrapeOf(address);
  const prometheus = await startPrometheus({ directory, configuration });
  closing.add('stopping Prometheus', prometheus.stop);
  // The demo's worker has the environment of this process. Runs of other people on a server of theirs belong in no picture.
  process.env['OSU_METRICS_ADDRESS'] = address;
  delete process.env['TEMPORAL_ADDRESS'];
  const site = await raiseSite({ demo, directory, closing, signal, say });
  const fromSeconds = now();
  await upgradeAndAskBack({ site, directory, closing, signal, say });
  return record({ url: prometheus.url, dashboard, span: { fromSeconds, toSeconds: now(), scrapeSeconds } });
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** What deploy/ tells people to add to their Prometheus, with the address of this worker. */
function scrapeOf(address: string): { readonly configuration: object; readonly scrapeSeconds: number } {
  const { scrape_configs: jobs } = parse(readFileSync(scrapeFile, 'utf8')) as {
    readonly scrape_configs: readonly { readonly scrape_interval: string }[];
  };
  const scrapeSeconds = Number.parseInt(jobs[0]?.scrape_interval ?? '', 10);
  return {
    configuration: { scrape_configs: jobs.map((job) => ({ ...job, static_configs: [{ targets: [address] }] })) },
    scrapeSeconds,
  };
}

async function upgradeAndAskBack(options: Standing): Promise<void> {
  const { site, signal } = options;
  const { upgrade, cloud } = site;
  const { workflowId } = await upgrade.startFull({ cloud, to: demo.to });
  await Promise.all([
    followRun({
      upgrade,
      workflowId,
      screen: process.stdout,
      signal,
      onGate: (gate) => answer({ ...options, workflowId, gate }),
    }),
    replaceWorkerAtInstall({ ...options, workflowId }),
  ]);
  stopHere(signal);
  const { state, sentence } = await upgrade.result(workflowId);
  if (state !== 'completed') throw new LabError(`No picture was written. ${sentence}`);
  const { workflowId: rollback } = await upgrade.rollback({ cloud });
  await think({ ...options, gate: await upgrade.waitForGate(rollback, { about: 'plan', signal }) });
}

/** As a person who approves what is asked, and tries once more what failed. */
async function answer(options: Standing & { readonly workflowId: string; readonly gate: Gate }): Promise<void> {
  const { site, workflowId, gate } = options;
  const { upgrade, by } = site;
  const { code, accept, about } = gate;
  await think(options);
  if (about.kind === 'failure')
    await upgrade.decide(workflowId, { gate: code, by, choice: 'retry', reason: 'it was made to fail once' });
  else await upgrade.approve(workflowId, { gate: code, by, reason: 'CHG-1042', accept: [...accept] });
}

async function think(options: Pick<Standing, 'say' | 'signal'> & { readonly gate: Gate }): Promise<void> {
  const { say, signal, gate } = options;
  say(gate.question);
  await pause(thinkingSeconds * 1000, undefined, { signal }).catch(() => undefined);
  stopHere(signal);
}

/** With or without its host: `packages/install@ctl1`. */
const isInstall = /\/install(@|$)/;

/** In the middle of a command: the next worker finds it again. */
async function replaceWorkerAtInstall(options: Standing & { readonly workflowId: string }): Promise<void> {
  const { site, directory, closing, signal, say, workflowId } = options;
  const isInstalling = async (): Promise<boolean> => {
    if (signal.aborted) return true;
    const { running } = await site.upgrade.status(workflowId);
    return running.some(({ step }) => isInstall.test(step));
  };
  if (!(await until({ seconds: 900, everyMs: 500, holds: isInstalling })))
    throw new LabError('No packages were installed.');
  stopHere(signal);
  say('killing the worker, and starting another one');
  process.kill(site.worker.pid, 'SIGKILL');
  await site.worker.ended;
  const worker = await startDemoWorker({
    ...site.temporal,
    cloudsDirectory: labPlaces().clouds,
    logFile: join(directory, 'worker-2.log'),
    failAtFile: join(directory, 'fail-at'),
  });
  closing.add('stopping the other worker', worker.stop);
}
