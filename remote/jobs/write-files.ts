import { askHost, type HostProgram } from './job-ask';
import { JobHostError } from './job-host-error';
import { parseStatus } from './job-status';

export interface WriteRequest {
  readonly host: string;
  /** Below the base directory; made when it is not there. */
  readonly directory: string;
  /** Content by path below `directory`: letters, digits and ._:@%+=,- and slashes. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly signal?: AbortSignal;
}

/** For some hundred scripts over a thin line. */
const DEADLINE_SECONDS = 300;
const TRIES = 3;

/** See `Jobs.writeFiles`. Rejects with TransportError, or with JobHostError in the host's own words. */
export async function writeFiles(options: WriteRequest & HostProgram): Promise<void> {
  const { host, directory, files } = options;
  const stdin = framed(files);
  for (let tries = 1; ; tries += 1) {
    const line = await askHost({
      ...options,
      verb: 'write',
      words: [directory],
      stdin,
      deadlineSeconds: DEADLINE_SECONDS,
    });
    if (line.startsWith('state=WRITTEN')) return;
    const status = parseStatus(line);
    if (status?.state === 'BAD_UPLOAD' && tries < TRIES) continue;
    const why = status?.state === 'BAD_UPLOAD' ? 'the upload was incomplete' : (status?.text ?? line);
    throw new JobHostError(`${host}: ${directory} could not be written: ${why}`);
  }
}

/** What `write_all` in write-files.sh reads: a line "LENGTH PATH" and the bytes, for each file; then "end". */
function framed(files: WriteRequest['files']): Buffer {
  const parts = Object.entries(files).flatMap(([path, content]) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return [Buffer.from(`${String(bytes.length)} ${path}\n`), bytes];
  });
  return Buffer.concat([...parts, Buffer.from('end\n')]);
}
