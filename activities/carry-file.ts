import { stateDirectory } from '../catalog/platform/apt';
import { lines, sh } from '../shell/sh';
import { TransportError } from '../remote';
import { pauseFor } from './pause';
import type { Reach } from './reach';

/** A file below `/var/lib/openstack-upgrade` of a host, with what is known of it. */
export interface SealedFile {
  readonly sha256: string;
  readonly bytes: number;
  /** Relative to the directory that it is listed for. */
  readonly path: string;
}

/** A host answers, and what it says cannot be carried. */
export class NotCarried extends Error {}

/** Held in memory twice (read ahead), and a third more in base64. */
const pieceBytes = 4 * 2 ** 20;
/** Of one journey: their names are words of one script. */
const mostPieces = 100;

interface CarryRequest {
  readonly reach: Reach;
  readonly files: readonly SealedFile[];
  /** `directory`: below `/var/lib/openstack-upgrade`, without it. */
  readonly from: { readonly host: string; readonly directory: string };
  readonly to: { readonly host: string; readonly directory: string };
  /** Sizes of the pieces that are there, by path and by the byte at which they begin. */
  readonly has: Readonly<Record<string, Readonly<Record<number, number>>>>;
  readonly signal: AbortSignal;
  readonly onBytes: (progress: { readonly path: string; readonly bytes: number }) => void;
}

/**
 * Brings files from one host to another through this worker: hosts need not reach each other, and nothing of it is written here. In
 * pieces, each on its host complete or not at all (`<path>@<first byte>`), so that whoever starts again begins where this stopped. Whether
 * they are the files, the host says that puts them together.
 * @throws TransportError after `unreachableSeconds`, SudoRefused, JobHostError, NotCarried
 */
export async function carryFiles(request: CarryRequest): Promise<void> {
  const missing = request.files.flatMap(piecesOf).filter(({ path, at, bytes }) => request.has[path]?.[at] !== bytes);
  const loads = loadsOf(missing);
  let ahead: Promise<Buffer[]> | null = null;
  for (const [index, load] of loads.entries()) {
    const contents: readonly Buffer[] = await (ahead ?? readLoad(request, load));
    const next = loads[index + 1];
    ahead = next === undefined ? null : readLoad(request, next);
    ahead?.catch(() => undefined); // awaited in the next round, or given up with this one
    await writeLoad(request, load, contents);
    for (const { path, bytes } of load) request.onBytes({ path, bytes });
  }
}

interface Piece {
  readonly path: string;
  readonly at: number;
  readonly bytes: number;
}

/** An empty file is one empty piece. */
export function piecesOf({ path, bytes }: Pick<SealedFile, 'path' | 'bytes'>): Piece[] {
  return Array.from({ length: Math.max(1, Math.ceil(bytes / pieceBytes)) }, (_, index) => ({
    path,
    at: index * pieceBytes,
    bytes: Math.min(pieceBytes, bytes - index * pieceBytes),
  }));
}

/** Small files go together, because each journey takes a tenth of a second, and the last ones are part of the outage. */
export function loadsOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  return pieces.reduce<readonly (readonly Piece[])[]>((loads, piece) => {
    const last = loads.at(-1);
    const bytes = last?.reduce((sum, one) => sum + one.bytes, 0) ?? 0;
    return last === undefined || bytes + piece.bytes > pieceBytes || last.length >= mostPieces
      ? [...loads, [piece]]
      : [...loads.slice(0, -1), [...last, piece]];
  }, []);
}

/** Names sort as their bytes follow each other, for the shell that puts them together: `<path>@*`. */
export function pieceName({ path, at }: Pick<Piece, 'path' | 'at'>): string {
  return `${path}@${String(at).padStart(15, '0')}`;
}

async function readLoad({ reach, from, signal }: CarryRequest, load: readonly Piece[]): Promise<Buffer[]> {
  const directory = `${stateDirectory}/${from.directory}`;
  const reads = load.map(
    ({ path, at, bytes }) =>
      sh`dd if=${`${directory}/${path}`} iflag=skip_bytes,count_bytes,fullblock bs=1M skip=${at} count=${bytes} status=none | base64 -w 0; echo`,
  );
  return patiently({ reach, signal }, async () => {
    const { stdout, stderr } = await reach.root.run({
      host: from.host,
      deadlineSeconds: 300,
      maxOutputBytes: 2 * pieceBytes,
      signal,
      script: lines(...reads).text,
    });
    const contents = stdout.split('\n').slice(0, load.length);
    return load.map(({ path, at, bytes }, index) => {
      const content = Buffer.from(contents[index] ?? '', 'base64');
      if (content.length === bytes) return content;
      throw new NotCarried(
        `${from.host}: ${directory}/${path} could not be read: ${stderr.trim().slice(-300) || `it ends after ${String(at + content.length)} bytes`}`,
      );
    });
  });
}

async function writeLoad(
  { reach, to, signal }: CarryRequest,
  load: readonly Piece[],
  contents: readonly Buffer[],
): Promise<void> {
  const directory = `${stateDirectory}/${to.directory}`;
  const files = Object.fromEntries(load.map((piece, index) => [pieceName(piece), contents[index] ?? Buffer.alloc(0)]));
  return patiently({ reach, signal }, () => reach.jobs.writeFiles({ host: to.host, directory, files, signal }));
}

/** A host that does not answer is asked again for as long as before every other step; each piece has that time anew. */
export async function patiently<T>(
  options: { readonly reach: Reach; readonly signal: AbortSignal },
  act: () => Promise<T>,
): Promise<T> {
  const { reach, signal } = options;
  const until = Date.now() + reach.cloud.policy.unreachableSeconds * 1000;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof TransportError) || signal.aborted || Date.now() >= until) throw error;
      await pauseFor({ seconds: 2, signal });
    }
  }
}
