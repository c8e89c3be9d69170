import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { JobOffsets, JobProgress, JobResult, RemoteHost, RunRequest } from '../../remote';
import type { Part, Watch } from './history';

/** What a worker process of the torture is told. */
export interface WorkerOrder {
  readonly host: RemoteHost;
  readonly base: string;
  /** Where it notes what it sees, a JSON line at a time. */
  readonly log: string;
  readonly watches: readonly WatchOrder[];
}

/** One controller following one job. Each controller has a connection of its own. */
export interface WatchOrder {
  readonly controller: string;
  readonly job: string;
  readonly request: Omit<RunRequest, 'signal' | 'onProgress' | 'onOutput'>;
}

/** `beat`: as Temporal keeps a heartbeat, that is not every one. */
type Note = { readonly part: Part } | { readonly beat: JobProgress } | { readonly result: JobResult };

type Line = Note & { readonly controller: string; readonly job: string };

/** One write each: a process that is killed leaves whole lines. */
export function note(options: { readonly order: WorkerOrder; readonly watch: WatchOrder; readonly note: Note }): void {
  const { controller, job } = options.watch;
  appendFileSync(options.order.log, `${JSON.stringify({ controller, job, ...options.note })}\n`);
}

export function partOf(options: {
  readonly stream: 'out' | 'err';
  readonly offset: number;
  readonly bytes: Buffer;
}): Part {
  const { stream, offset, bytes } = options;
  return { stream, offset, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** What became of one watch of an order, and the heartbeat that the next worker gets. */
export interface WatchLog {
  readonly watch: Watch;
  readonly beat: JobProgress | null;
}

export function readWatch(options: { readonly order: WorkerOrder; readonly watch: WatchOrder }): WatchLog {
  const { controller, job, request } = options.watch;
  const { log } = options.order;
  const lines = (existsSync(log) ? readFileSync(log, 'utf8') : '')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as Line)
    .filter((line) => line.controller === controller && line.job === job);
  const from: JobOffsets = request.offsets ?? { out: 0, err: 0 };
  return {
    watch: {
      watcher: `${controller} by ${log}`,
      from,
      parts: lines.flatMap((line) => ('part' in line ? [line.part] : [])),
      result: lines.flatMap((line) => ('result' in line ? [line.result] : [])).at(-1) ?? null,
    },
    beat: lines.flatMap((line) => ('beat' in line ? [line.beat] : [])).at(-1) ?? null,
  };
}
