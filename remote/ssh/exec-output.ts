import { OutputLimitError, type ExecOptions, type ExecResult } from './transport';

const DEFAULT_OUTPUT_BYTES = 8 * 1024 * 1024;

/** What one command prints: handed on or kept, never more than the caller is ready to hold. */
export interface ExecOutput {
  /** Both throw OutputLimitError, or what the caller's own `onStdout` throws. */
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
  readonly texts: () => Pick<ExecResult, 'stdout' | 'stderr'>;
}

export function createExecOutput(exec: ExecOptions): ExecOutput {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const keep = (chunks: Buffer[], name: string): ((chunk: Buffer) => void) => {
    const most = exec.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
    let bytes = 0;
    return (chunk) => {
      bytes += chunk.length;
      if (bytes > most)
        throw new OutputLimitError(
          `A command on ${exec.host} wrote more than ${String(most)} bytes to its ${name}; it was not waited for.`,
        );
      chunks.push(chunk);
    };
  };
  return {
    stdout: exec.onStdout ?? keep(stdout, 'stdout'),
    stderr: keep(stderr, 'stderr'),
    texts: () => ({ stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') }),
  };
}
