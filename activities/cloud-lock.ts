import { stateDirectory } from '../catalog/platform/apt';
import type { BeginInput, EndInput } from '../schema/activities';
import { hereDocument, sh } from '../shell/sh';
import { NotWritten } from './lay-files';
import type { Reach } from './reach';
import { asRoot } from './root-shell';

const lockFile = `${stateDirectory}/lock`;

/** Exit code of the script below when somebody else has the lock. */
const heldByOther = 3;

export type Taken =
  { readonly kind: 'taken'; readonly fence: number } | { readonly kind: 'held'; readonly holder: string };

/**
 * Takes the cloud's lock on the lock host: `link(2)` of a whole file, so that it is there with all its words or not at
 * all. Idempotent for its owner. The number grows with every owner; hosts will refuse an older one.
 * @throws TransportError, SudoRefused, NotWritten
 */
export async function takeLock(options: { reach: Reach; input: BeginInput; at: string }): Promise<Taken> {
  const { reach, input, at } = options;
  const { plan, approval, workflowId } = input;
  const words = [`run=${plan.runId}`, `workflow=${workflowId}`, `approved-by=${approval.by}`, `since=${at}`].join('\n');
  const result = await asRoot({
    transport: reach.transport,
    host: plan.lockHost,
    deadlineSeconds: 60,
    script: sh`
      set -e; umask 077
      mkdir -p ${stateDirectory}; chmod 0711 ${stateDirectory}; cd ${stateDirectory}
      if ! test -e lock; then
        fence=$(( $(cat fence 2>/dev/null || echo 0) + 1 ))
        { cat ${hereDocument({ content: words })}
          echo "fence=$fence"
        } > lock.$$
        sync lock.$$; echo "$fence" > fence.$$; sync fence.$$; mv fence.$$ fence
        ln lock.$$ lock || true; rm -f lock.$$; sync .
      fi
      cat lock
      grep -qxF ${`run=${plan.runId}`} lock || exit ${heldByOther}
    `.text,
  });
  if (result.exitCode === heldByOther) return { kind: 'held', holder: result.stdout.trim().split('\n').join(', ') };
  if (result.exitCode !== 0)
    throw new NotWritten(`${plan.lockHost}: the lock could not be written: ${result.stderr.trim().slice(-400)}`);
  return { kind: 'taken', fence: Number(/^fence=(\d+)$/m.exec(result.stdout)?.[1]) };
}

/** Gives the lock back, or leaves it with the mark that the cloud is half-done: the next plan finds it. Owner only. */
export async function giveLock(options: { reach: Reach; input: EndInput }): Promise<void> {
  const { reach, input } = options;
  const mark =
    input.mark === 'clean'
      ? sh`rm -f ${lockFile}`
      : sh`grep -qx state=half-done ${lockFile} || echo state=half-done >> ${lockFile}`;
  const result = await asRoot({
    transport: reach.transport,
    host: input.lockHost,
    deadlineSeconds: 60,
    script: sh`
      test -e ${lockFile} || exit 0
      grep -qxF ${`run=${input.runId}`} ${lockFile} || exit 0
      ${mark}
      sync ${stateDirectory}
    `.text,
  });
  if (result.exitCode !== 0)
    throw new Error(`${input.lockHost}: the lock could not be given back: ${result.stderr.trim()}`);
}

/** The words of the lock, or null when nobody owns the cloud. */
export async function readLock(options: { reach: Reach }): Promise<Readonly<Record<string, string>> | null> {
  const { reach } = options;
  const result = await asRoot({
    transport: reach.transport,
    host: reach.cloud.lockHost,
    deadlineSeconds: 60,
    script: sh`test ! -e ${lockFile} || cat ${lockFile}`.text,
  });
  if (result.stdout.trim() === '') return null;
  return Object.fromEntries(
    result.stdout
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
