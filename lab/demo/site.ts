import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { connectUpgradeClient } from '../../client/connect';
import type { UpgradeClient } from '../../client/upgrade-client';
import { cloudFile } from '../../schema/cloud';
import type { Closing } from './closing';
import type { DemoOptions } from './options';
import { whyBusy } from './refusal';
import { demoTemporal, type DemoTemporal } from './temporal';
import { startDemoWorker, type DemoWorker } from './worker';
import { labDown } from '../cloud/down';
import { armFault } from '../faults/fail-step';
import { LabError } from '../machine/lab-error';
import type { Say } from '../machine/progress';
import { labUp } from '../cloud/up';
import { extrasOf } from '../packages/extras-options';

/** All that stands while the demo runs. */
export interface DemoSite {
  readonly temporal: DemoTemporal;
  readonly worker: DemoWorker;
  readonly upgrade: UpgradeClient;
  readonly cloud: string;
  /** Who answers gates: the first of the cloud file's approvers. */
  readonly by: string;
}

/** Temporal, the lab, a worker and a client, in this order; what stands is put away by `closing`, also half-way. */
export async function raiseSite(options: {
  readonly demo: DemoOptions;
  readonly directory: string;
  readonly closing: Closing;
  readonly signal: AbortSignal;
  readonly say: Say;
}): Promise<DemoSite> {
  const { demo, directory, closing, signal, say } = options;
  say('starting a Temporal server');
  const temporal = await demoTemporal({ directory, keep: demo.keep, closing, say });
  stopHere(signal);
  // Asked again: obtaining a server may have taken minutes, and what `closing` drops must be ours.
  const busy = whyBusy();
  if (busy !== null) throw new LabError(busy);
  say(`starting a cloud with OpenStack ${demo.from}`);
  closing.add('removing the cloud', () => labDown());
  const lab = await labUp({ series: demo.from, extras: extrasOf(demo), onProgress: say });
  stopHere(signal);
  say('starting a worker');
  const { cloudsDirectory } = lab;
  const failAtFile = demo.failAt === null ? null : join(directory, 'fail-at');
  if (failAtFile !== null) armFault({ file: failAtFile, words: demo.failAt ?? '' });
  const logFile = join(directory, 'worker.log');
  const worker = await startDemoWorker({ ...temporal, cloudsDirectory, logFile, failAtFile });
  closing.add('stopping the worker', worker.stop);
  const { upgrade, close } = await connectUpgradeClient(temporal);
  closing.add('closing the client', close);
  const { cloud, approvals } = cloudFile.parse(parse(readFileSync(lab.cloudFile, 'utf8')));
  return { temporal, worker, upgrade, cloud, by: approvals.approvers[0] ?? 'demo' };
}

/** @throws LabError when somebody pressed Ctrl-C */
export function stopHere(signal: AbortSignal): void {
  if (signal.aborted) throw new LabError('Stopped.');
}
