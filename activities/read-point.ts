import { ApplicationFailure } from '@temporalio/common';
import { stateDirectory } from '../catalog/platform/apt';
import type { ChosenRestorePoint } from '../schema/activities';
import { changedHosts } from '../schema/cloud';
import { failureType } from '../schema/failure';
import { restoreManifest, type RestoreManifest } from '../schema/restore-manifest';
import type { RestorePoint, RestorePointDetails } from '../schema/restore-point';
import { sh } from '../shell/sh';
import { SudoRefused, TransportError } from '../remote';
import { parsePoint, pointScript, type PointOnHost } from './point-on-host';
import type { ReadPoint } from './point-problems';
import type { Reach } from './reach';
import { restorePoints } from './restore-points';

/** Hashing a terabyte of dumps takes an hour or two; the activity has twelve. */
const readSeconds = 4 * 3600;

/** The restore point that is meant. @throws ApplicationFailure: there is none */
export async function chosenPoint(options: { reach: Reach; input: ChosenRestorePoint }): Promise<RestorePoint> {
  const { reach, input } = options;
  const { cloud, lockHost } = reach.cloud;
  const points = await restorePoints({ reach });
  const found = points.find(({ runId }, index) =>
    input.restorePoint === 'latest' ? index === 0 : runId === input.restorePoint,
  );
  if (found !== undefined) return found;
  throw ApplicationFailure.create({
    nonRetryable: true,
    type: failureType.restorePointUnknown,
    message:
      `${lockHost} has ${input.restorePoint === 'latest' ? 'no restore point' : `no restore point ${input.restorePoint}`} of ${cloud}. Nothing was changed. ` +
      `List them: openstack-upgrade restore-points --cloud ${cloud}.`,
  });
}

/** The manifest as it is on the lock host. */
export async function readManifest(options: {
  reach: Reach;
  runId: string;
}): Promise<{ readonly state: RestorePointDetails['manifest']; readonly manifest: RestoreManifest | null }> {
  const { reach, runId } = options;
  const { stdout } = await reach.root.run({
    host: reach.cloud.lockHost,
    deadlineSeconds: 60,
    maxOutputBytes: 64 * 2 ** 20,
    script: sh`cat ${`${stateDirectory}/restore-points/${runId}/manifest.json`} 2>/dev/null || true`.text,
  });
  return parseManifest({ text: stdout, runId });
}

/** A manifest of another run, or one that is cut, is none. */
export function parseManifest(options: { text: string; runId: string }): {
  readonly state: RestorePointDetails['manifest'];
  readonly manifest: RestoreManifest | null;
} {
  if (options.text.trim() === '') return { state: 'missing', manifest: null };
  const manifest = jsonOf(options.text);
  const parsed = restoreManifest.safeParse(manifest);
  if (!parsed.success || parsed.data.runId !== options.runId) return { state: 'unreadable', manifest: null };
  return { state: 'read', manifest: parsed.data };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export interface WholePoint {
  readonly point: RestorePoint;
  readonly state: RestorePointDetails['manifest'];
  readonly read: ReadPoint;
  readonly unread: readonly string[];
}

/** Every file of a restore point, hashed on its host. */
export async function readPoint(options: { reach: Reach; input: ChosenRestorePoint }): Promise<WholePoint> {
  const { reach } = options;
  const point = await chosenPoint(options);
  const { runId } = point;
  const { state, manifest } = await readManifest({ reach, runId });
  const hosts = [...new Set([...changedHosts(reach.cloud), ...(manifest?.hosts ?? []).map(({ host }) => host)])];
  const found = await Promise.all(hosts.map(async (host) => ({ host, found: await pointOn({ reach, runId, host }) })));
  const answered = found.flatMap((one) => (one.found === null ? [] : [[one.host, one.found] as const]));
  const copyHost = answered.find(([, { copied }]) => Object.keys(copied).length > 0)?.[0] ?? null;
  return {
    point,
    state,
    read: { lockHost: reach.cloud.lockHost, manifest, hosts: Object.fromEntries(answered), copyHost },
    unread: found.flatMap((one) => (one.found === null ? [one.host] : [])),
  };
}

async function pointOn(options: { reach: Reach; runId: string; host: string }): Promise<PointOnHost | null> {
  const { reach, runId, host } = options;
  // A host that has left the cloud file since is one that does not answer.
  if (reach.cloud.hosts[host] === undefined) return null;
  try {
    const { stdout } = await reach.root.run({
      host,
      deadlineSeconds: readSeconds,
      maxOutputBytes: 32 * 2 ** 20,
      script: pointScript({ runId }),
    });
    return parsePoint(stdout);
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof SudoRefused)) throw error;
    return null;
  }
}
