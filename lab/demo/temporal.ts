import { join } from 'node:path';
import { findServer } from '../../tools/temporal/find-server';
import { removeDatabase, startServer } from '../../tools/temporal/start-server';
import type { Closing } from './closing';
import { LabError } from '../machine/lab-error';
import type { Say } from '../machine/progress';

export interface DemoTemporal {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** Null: a server that somebody else runs; nobody tells us where its page is. */
  readonly uiUrl: string | null;
  /** Null: a server that somebody else runs, and ends. */
  readonly pid: number | null;
}

/**
 * The Temporal server of TEMPORAL_ADDRESS, or a dev server of the demo's own. On a server of others the demo has a
 * task queue of its own: a worker for real clouds that polls the usual one must not get this cloud's work.
 */
export async function demoTemporal(options: {
  readonly directory: string;
  readonly keep: boolean;
  readonly closing: Closing;
  readonly say: Say;
}): Promise<DemoTemporal> {
  const { directory, keep, closing, say } = options;
  const found = await findServer({ say }).catch(sentenceOnly);
  if (found.kind === 'address') {
    const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
    return { address: found.address, namespace, taskQueue: 'openstack-upgrade-demo', uiUrl: null, pid: null };
  }
  const databaseFile = join(directory, 'temporal.db');
  const server = await startServer({ executable: found.path, databaseFile, outlivesParent: keep }).catch(sentenceOnly);
  closing.add('stopping Temporal', async () => {
    await server.stop();
    removeDatabase(databaseFile);
  });
  const { address, uiUrl, pid } = server;
  return { address, namespace: 'default', taskQueue: 'openstack-upgrade', uiUrl, pid };
}

/** Its errors are sentences for people already; nobody needs the stack. */
function sentenceOnly(error: unknown): never {
  throw new LabError(error instanceof Error ? error.message : String(error), { cause: error });
}

/** The Web UI's Start Workflow form, with all filled in but the JSON. */
export function startFormUrl(options: {
  uiUrl: string;
  namespace: string;
  taskQueue: string;
  workflowId: string;
}): string {
  const { uiUrl, namespace, taskQueue, workflowId } = options;
  const query = new URLSearchParams({ workflowId, taskQueue, workflowType: 'openstackFullUpgrade' });
  return `${uiUrl}/namespaces/${namespace}/workflows/start-workflow?${query.toString()}`;
}

/** The page of one run. */
export function runUrl(options: { uiUrl: string; namespace: string; workflowId: string }): string {
  const { uiUrl, namespace, workflowId } = options;
  return `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
}
