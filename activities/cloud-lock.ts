import { stateDirectory } from '../catalog/platform/apt';
import type { EndInput, TakeOverInput } from '../schema/activities';
import { oneLine } from '../shell/one-line';
import { hereDocument, lines, sh, type ShellText } from '../shell/sh';
import type { Beginning } from './beginning';
import { NotWritten } from './write-files';
import type { Reach } from './reach';

const lockFile = `${stateDirectory}/lock`;

/** Exit code of the script below when somebody else has the lock. */
const heldByOther = 3;

export type Taken =
  { readonly kind: 'taken'; readonly fence: number } | { readonly kind: 'held'; readonly holder: string };

/**
 * Takes the cloud's lock on the lock host: `link(2)` of a whole file, so that it is there with all its words or not at
 * all. Idempotent for its owner. The number grows with every owner, and is `above` all that any host has heard of.
 * @throws TransportError, SudoRefused, NotWritten
 */
export async function takeLock(options: { reach: Reach; input: Beginning; at: string; above: number }): Promise<Taken> {
  const { reach, input, at, above } = options;
  const { plan, approval, workflowId } = input;
  const words = [`run=${plan.runId}`, `workflow=${workflowId}`, `approved-by=${approval.by}`, `since=${at}`];
  const mine = `run=${plan.runId}`;
  return onLockHost({
    reach,
    host: plan.lockHost,
    mine,
    script: sh`
      if ! test -e lock; then
        ${writeLock({ words, above })}
        ln lock.$$ lock || true; rm -f lock.$$; sync .
      fi
    `,
  });
}

/**
 * Puts a new owner's words over the old ones: a person's decision, never a run's. The run's id stays, because its files
 * are found by it, and so does what is said about the state of the cloud.
 * @throws TransportError, SudoRefused, NotWritten
 */
export async function seizeLock(options: {
  reach: Reach;
  input: TakeOverInput;
  at: string;
  above: number;
}): Promise<Taken> {
  const { reach, input, at, above } = options;
  const { holder, seizure, workflowId, by, reason } = input;
  const words = [
    `run=${holder}`,
    `workflow=${workflowId}`,
    `taken-over-by=${oneLine(by)}`,
    `reason=${oneLine(reason)}`,
    `since=${at}`,
    `seizure=${seizure}`,
  ];
  return onLockHost({
    reach,
    host: reach.cloud.lockHost,
    mine: `seizure=${seizure}`,
    script: sh`
      if grep -qxF ${`run=${holder}`} lock && ! grep -qxF ${`seizure=${seizure}`} lock; then
        ${writeLock({ words, above })}
        grep '^state=' lock >> lock.$$ || true
        sync lock.$$; mv lock.$$ lock; sync .
      fi
    `,
  });
}

/** Writes `lock.$$` with the next number. The counter is durable first: a number is never given twice. */
function writeLock(options: { words: readonly string[]; above: number }): ShellText {
  const { words, above } = options;
  return sh`
    fence=$(cat fence 2>/dev/null || echo 0)
    test "$fence" -ge ${above} || fence=${above}
    fence=$((fence + 1))
    echo "$fence" > fence.$$; sync fence.$$; mv fence.$$ fence
    { cat ${hereDocument({ content: words.join('\n') })}
      echo "fence=$fence"
    } > lock.$$
    sync lock.$$
  `;
}

async function onLockHost(options: { reach: Reach; host: string; mine: string; script: ShellText }): Promise<Taken> {
  const { reach, host, mine, script } = options;
  const result = await reach.root.run({
    host,
    deadlineSeconds: 60,
    script: lines(
      sh`set -e; umask 077`,
      sh`mkdir -p ${stateDirectory}; chmod 0711 ${stateDirectory}; cd ${stateDirectory}`,
      script,
      sh`cat lock 2>/dev/null || { echo nobody; exit ${heldByOther}; }`,
      sh`grep -qxF ${mine} lock || exit ${heldByOther}`,
    ).text,
  });
  if (result.exitCode === heldByOther) return { kind: 'held', holder: result.stdout.trim().split('\n').join(', ') };
  if (result.exitCode !== 0)
    throw new NotWritten(`${host}: the lock could not be written: ${result.stderr.trim().slice(-400)}`);
  return { kind: 'taken', fence: Number(/^fence=(\d+)$/m.exec(result.stdout)?.[1]) };
}

/** Gives the lock back, or leaves it with the mark that the cloud is half-done: the next plan finds it. Owner only. */
export async function giveLock(options: { reach: Reach; input: EndInput }): Promise<void> {
  const { reach, input } = options;
  const mark =
    input.mark === 'clean'
      ? sh`rm -f ${lockFile}`
      : sh`grep -qx state=half-done ${lockFile} || echo state=half-done >> ${lockFile}`;
  const result = await reach.root.run({
    host: input.lockHost,
    deadlineSeconds: 60,
    script: lines(
      sh`test -e ${lockFile} || exit 0`,
      sh`grep -qxF ${`run=${input.runId}`} ${lockFile} || exit 0`,
      input.fence === undefined ? null : sh`grep -qxF ${`fence=${String(input.fence)}`} ${lockFile} || exit 0`,
      mark,
      sh`sync ${stateDirectory}`,
    ).text,
  });
  if (result.exitCode !== 0)
    throw new Error(`${input.lockHost}: the lock could not be released: ${result.stderr.trim()}`);
}

/** The words of the lock, or null when nobody owns the cloud. */
export async function readLock(options: { reach: Reach }): Promise<Readonly<Record<string, string>> | null> {
  const { reach } = options;
  const result = await reach.root.run({
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
