/** Keeps the last bytes of a stream. */
export interface OutputTail {
  readonly push: (bytes: Buffer) => void;
  /** As text; a character that was cut at the beginning is left out. */
  readonly text: () => string;
}

export const TAIL_BYTES = 2048;

export function createOutputTail(): OutputTail {
  let kept = Buffer.alloc(0);
  let cut = false;
  return {
    push(bytes) {
      cut ||= kept.length + bytes.length > TAIL_BYTES;
      // A copy: a slice would keep the transport's whole chunk in memory.
      kept = Buffer.concat([kept, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    },
    text: () => (cut ? kept.subarray(wholeCharacterFrom(kept)) : kept).toString('utf8'),
  };
}

/** UTF-8 characters go on with bytes 10xxxxxx, at most three of them. */
function wholeCharacterFrom(bytes: Buffer): number {
  const start = bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80);
  return start < 0 ? 0 : start;
}
