import { createHash } from 'node:crypto';
import type { RunRequest } from '../../../remote';

export interface ByteCollector {
  readonly take: NonNullable<RunRequest['onOutput']>;
  readonly hash: (stream: 'out' | 'err') => string;
}

/** Hashes what comes, and fails the run at the first byte that is missing or comes twice. */
export function collector(offsets = { out: 0, err: 0 }): ByteCollector {
  const at = { ...offsets };
  const hashes = { out: createHash('sha256'), err: createHash('sha256') };
  return {
    take: ({ stream, offset, bytes }) => {
      if (offset !== at[stream]) throw new Error(`byte ${String(offset)} of ${stream} after ${String(at[stream])}`);
      at[stream] += bytes.length;
      hashes[stream].update(bytes);
    },
    hash: (stream) => hashes[stream].copy().digest('hex'),
  };
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
