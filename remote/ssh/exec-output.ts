import { OutputLimitError, type ExecOptions, type ExecResult } from './transport';

const DEFAULT_OUTPUT_BYTES = 8 * 1024 * 1024;

/** What one command prints: handed on or kept, never more than the caller is ready to hold. */
export interface ExecOutput {
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
  readonly texts: () => Pick<ExecResult, 'stdout' | 'stderr'>;
}

/** `refuse` gets an OutputLimitError, or what the caller's own `onStdout` throws. What comes after the end is nobody's. */
export function createExecOutput(options: {
  readonly exec: ExecOptions;
  readonly isOver: () => boolean;
  readonly refuse: (error: Error) => void;
}): ExecOutput {
  const { exec } = options;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const keep = (chunks: Buffer[], name: string): ((chunk: Buffer) => void) => {
    const most = exec.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
    let bytes = 0;
    return (chunk) => {
      bytes += chunk.length;
      if (bytes > most)
        throw new OutputLimitError(
          `A command on ${exec.host} wrote more than ${String(most)} bytes to its ${name}. Its end was not awaited.`,
        );
      chunks.push(chunk);
    };
  };
  // A throw inside an event handler would end the whole worker.
  const guard =
    (take: (chunk: Buffer) => void): ((chunk: Buffer) => void) =>
    (chunk) => {
      if (options.isOver()) return;
      try {
        take(chunk);
      } catch (error) {
        options.refuse(error as Error);
      }
    };
  return {
    stdout: guard(exec.onStdout ?? keep(stdout, 'stdout')),
    stderr: guard(keep(stderr, 'stderr')),
    texts: () => ({ stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') }),
  };
}
