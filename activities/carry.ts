import { stateDirectory } from '../catalog/platform/apt';
import type { Carried } from '../schema/plan';
import { hereDocument, sh } from '../shell/sh';
import { carryFiles, NotCarried, patiently, type SealedFile } from './carry-file';
import type { Reach } from './reach';

interface CarryRequest {
  readonly reach: Reach;
  readonly runId: string;
  readonly host: string;
  readonly carries: Carried;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly carrying: string; readonly bytes: number; readonly of: number }) => void;
}

/**
 * Brings what a step puts together to its host, each host's files with their list. What is there already stays: a second attempt
 * begins where the first one stopped.
 * @throws TransportError, SudoRefused, JobHostError, NotCarried
 */
export async function carry(request: CarryRequest): Promise<void> {
  for (const from of request.carries.hosts) await carryFrom({ ...request, from });
}

async function carryFrom(options: CarryRequest & { readonly from: string }): Promise<void> {
  const { reach, runId, host, carries, signal, onProgress, from } = options;
  const point = `restore-points/${runId}`;
  const inbox = `${point}/inbox/${from}`;
  const files = await listOn(options);
  const has = await hasAlready({ ...options, files });
  const missing = files.filter(({ path }) => has[path] !== 'complete');
  const of = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  let carried = 0;
  await carryFiles({
    reach,
    files: missing,
    from: { host: from, directory: point },
    to: { host, directory: inbox },
    has: Object.fromEntries(Object.entries(has).flatMap(([path, one]) => (one === 'complete' ? [] : [[path, one]]))),
    signal,
    onBytes: ({ path, bytes }) => {
      carried += bytes;
      onProgress({ carrying: `${from}: ${path}`, bytes: carried, of });
    },
  });
  // Last: a script that finds it finds all that it names.
  const list = files.map(({ sha256, bytes, path }) => `${sha256} ${String(bytes)} ${path}\n`).join('');
  await patiently({ reach, signal }, () =>
    reach.jobs.writeFiles({
      host,
      directory: `${stateDirectory}/${inbox}`,
      files: { [`list.${carries.into}`]: list },
      signal,
    }),
  );
}

async function listOn(options: CarryRequest & { readonly from: string }): Promise<SealedFile[]> {
  const { reach, runId, carries, signal, from } = options;
  const { exitCode, stdout, stderr } = await patiently({ reach, signal }, () =>
    reach.root.run({
      host: from,
      script: carries.list,
      environment: { OSU_RUN: runId, OSU_HOST: from },
      deadlineSeconds: 300,
      signal,
    }),
  );
  const files = sealedFiles(stdout);
  if (exitCode === 0 && files !== null && files.length > 0) return files;
  throw new NotCarried(
    `${from}: its part of the restore point could not be listed: ${stderr.trim().slice(-300) || 'the list is empty or not understood'}`,
  );
}

/** `sha256 bytes path`; null: a line is something else, and then nothing of it is believed. */
export function sealedFiles(text: string): SealedFile[] | null {
  const rows = text.split('\n').filter(Boolean);
  const files = rows.flatMap((row) => {
    const [, sha256, bytes, path] = /^([0-9a-f]{64}) (\d+) ((?!\/)[A-Za-z0-9._:@%+=,/-]+)$/.exec(row) ?? [];
    const isBelow = path !== undefined && !path.split('/').includes('..');
    return sha256 === undefined || bytes === undefined || !isBelow ? [] : [{ sha256, bytes: Number(bytes), path }];
  });
  return files.length === rows.length ? files : null;
}

type Has = Readonly<Record<string, 'complete' | Readonly<Record<number, number>>>>;

/** What the host of the step has of these files: put together and as listed, or pieces of them. */
async function hasAlready(
  options: CarryRequest & { readonly from: string; readonly files: readonly SealedFile[] },
): Promise<Has> {
  const { reach, runId, host, carries, signal, from, files } = options;
  const point = `${stateDirectory}/restore-points/${runId}`;
  const sums = files.map(({ sha256, path }) => `${sha256}  ${path}`).join('\n');
  const { stdout } = await patiently({ reach, signal }, () =>
    reach.root.run({
      host,
      deadlineSeconds: 3600,
      signal,
      script: sh`
        if cd ${`${point}/${carries.into}/${from}`} 2>/dev/null; then
          sha256sum -c 2>/dev/null ${hereDocument({ content: sums })}
        fi
        if cd ${`${point}/inbox/${from}`} 2>/dev/null; then
          find . -type f -name '*@*' -printf 'piece %s %P\\n'
        fi
      `.text,
    }),
  );
  return presentIn(stdout);
}

/** `PATH: OK`, and `piece BYTES PATH@FIRST-BYTE`. */
export function presentIn(text: string): Has {
  const has: Record<string, 'complete' | Record<number, number>> = {};
  for (const line of text.split('\n')) {
    const [, done] = /^(.+): OK$/.exec(line) ?? [];
    if (done !== undefined) has[done] = 'complete';
    const [, bytes, path, at] = /^piece (\d+) (.+)@(\d+)$/.exec(line) ?? [];
    if (bytes === undefined || path === undefined || at === undefined) continue;
    const known = has[path];
    if (known !== 'complete') has[path] = { ...known, [Number(at)]: Number(bytes) };
  }
  return has;
}
