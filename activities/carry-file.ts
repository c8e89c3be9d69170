import { stateDirectory } from '../catalog/platform/apt';
import { sh } from '../shell/sh';
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

interface CarryRequest {
  readonly reach: Reach;
  readonly file: SealedFile;
  /** `directory`: below `/var/lib/openstack-upgrade`, without it. */
  readonly from: { readonly host: string; readonly directory: string };
  readonly to: { readonly host: string; readonly directory: string };
  /** Sizes of the pieces that are there, by the byte at which they begin. */
  readonly has: Readonly<Record<number, number>>;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/**
 * Brings a file from one host to another through this worker: hosts need not reach each other, and nothing of it is written here. In
 * pieces, each on its host complete or not at all (`<path>@<first byte>`), so that whoever starts again begins where this stopped. Whether
 * they are the file, the host says that puts them together.
 * @throws TransportError after `unreachableSeconds`, SudoRefused, JobHostError, NotCarried
 */
export async function carryFile(request: CarryRequest): Promise<void> {
  const missing = piecesOf(request.file).filter(({ at, bytes }) => request.has[at] !== bytes);
  let ahead: Promise<Buffer> | null = null;
  for (const [index, piece] of missing.entries()) {
    const content: Buffer = await (ahead ?? readPiece(request, piece));
    const next = missing[index + 1];
    ahead = next === undefined ? null : readPiece(request, next);
    ahead?.catch(() => undefined); // awaited in the next round, or given up with this one
    await writePiece(request, piece, content);
    request.onBytes(piece.bytes);
  }
}

interface Piece {
  readonly at: number;
  readonly bytes: number;
}

/** An empty file is one empty piece. */
export function piecesOf({ bytes }: Pick<SealedFile, 'bytes'>): Piece[] {
  return Array.from({ length: Math.max(1, Math.ceil(bytes / pieceBytes)) }, (_, index) => ({
    at: index * pieceBytes,
    bytes: Math.min(pieceBytes, bytes - index * pieceBytes),
  }));
}

/** Names sort as their bytes follow each other, for the shell that puts them together: `<path>@*`. */
export function pieceName(options: { readonly path: string; readonly at: number }): string {
  return `${options.path}@${String(options.at).padStart(15, '0')}`;
}

async function readPiece({ reach, file, from, signal }: CarryRequest, { at, bytes }: Piece): Promise<Buffer> {
  const path = `${stateDirectory}/${from.directory}/${file.path}`;
  return patiently({ reach, signal }, async () => {
    const { exitCode, stdout, stderr } = await reach.root.run({
      host: from.host,
      deadlineSeconds: 300,
      maxOutputBytes: 2 * pieceBytes,
      signal,
      script:
        sh`dd if=${path} iflag=skip_bytes,count_bytes,fullblock bs=1M skip=${at} count=${bytes} status=none | base64 -w 0`
          .text,
    });
    const content = Buffer.from(stdout, 'base64');
    if (exitCode === 0 && content.length === bytes) return content;
    throw new NotCarried(
      `${from.host}: ${path} could not be read: ${stderr.trim().slice(-300) || `it has ${String(at + content.length)} of ${String(file.bytes)} bytes`}`,
    );
  });
}

async function writePiece({ reach, file, to, signal }: CarryRequest, { at }: Piece, content: Buffer): Promise<void> {
  const directory = `${stateDirectory}/${to.directory}`;
  const files = { [pieceName({ path: file.path, at })]: content };
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
