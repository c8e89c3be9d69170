import type { Effect, Proof } from '../schema/effect';
import { foundationIn } from '../schema/foundation';
import { changeExit, type Carried, type Change, type Probe, type Repair, type Watch } from '../schema/plan';
import { lines, raw, sh, type ShellText } from '../shell/sh';
import { stateDirectory } from '../catalog/platform/apt';
import type { RuleId } from '../catalog/rules';

/**
 * What every script begins with. The job's environment brings OSU_RUN and OSU_HOST; nothing else differs between the
 * hosts of a batch, and nothing depends on the run's id, so that the same cloud in the same state has the same digest.
 *
 * What a script only writes to read it again stands in a directory of its own: the same command may run beside it, for another service.
 */
export const prelude = sh`
  set -u; umask 077; export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
  POINT=$OSU_RUN
  RUN=${raw(`${stateDirectory}/runs/$OSU_RUN`)}
  RP=${raw(`${stateDirectory}/restore-points/$POINT`)}
  POOL=${raw(`${stateDirectory}/pool/$POINT`)}
  SECRETS=/run/openstack-upgrade/$OSU_RUN
  SCRATCH=$RUN/scratch.$$; mkdir -p "$SCRATCH"; trap 'rm -rf "$SCRATCH"' EXIT
`;

const ownPoint = 'POINT=$OSU_RUN\n';

/** The same command for a run that returns to the restore point of another one. */
export function fromRestorePoint(options: { readonly script: string; readonly point: string }): string {
  return options.script.replaceAll(ownPoint, `POINT=${options.point}\n`);
}

/** Whether its restore point can be told apart from its run: plans of earlier releases have both in one. */
export function namesPoint(script: string): boolean {
  if (/(?:pool|restore-points)\/\$OSU_RUN\b/.test(script)) return false;
  return script.includes(ownPoint) || !/\$(?:RP|POOL)\b/.test(script);
}

interface ChangeParts {
  readonly id: string;
  readonly title: string;
  /** Read-only, every line must succeed. Null: it cannot be seen whether it is done. */
  readonly check: ShellText | null;
  /** Stops at the first line that fails. */
  readonly run: ShellText;
  /** What is different once it is done. Empty: nothing that the plan counts on. */
  readonly effects: readonly Effect[];
  readonly onInterrupted: Change['onInterrupted'];
  /** What to look at when its fate is unknown; default for `check`: the check. */
  readonly whenUnknown?: ShellText;
  readonly carries?: Carried;
  readonly timeoutSeconds: number;
  readonly mutex?: string;
  readonly requirements: readonly RuleId[];
}

/**
 * A change as one script: look, act, look again. Already true: exit code 200, nothing ran. Not true afterwards: 201.
 *
 * The looks run as plain commands in subshells, not after `if` or `||`: there a shell ignores `set -e`, and a check
 * whose first line fails would count as passed.
 */
export function change(parts: ChangeParts): Change {
  return {
    kind: 'change',
    id: parts.id,
    title: parts.title,
    script: changeScript(parts).text,
    check: parts.check?.text ?? null,
    run: parts.run.text,
    effects: parts.effects,
    onInterrupted: parts.onInterrupted,
    whenUnknown: whenUnknown(parts),
    ...(parts.check !== null && foundationIn(parts.effects) !== null ? { confirmation: aside(parts.check) } : {}),
    ...(parts.carries === undefined ? {} : { carries: parts.carries }),
    timeoutSeconds: parts.timeoutSeconds,
    mutex: parts.mutex ?? null,
    requirements: parts.requirements,
  };
}

function whenUnknown(parts: ChangeParts): string | null {
  const look = parts.whenUnknown ?? (parts.onInterrupted === 'check' ? parts.check : null);
  return look === null ? null : aside(look);
}

/** A look by itself. */
function aside(look: ShellText): string {
  return lines(prelude, sh`( set -e`, look, sh`)`).text;
}

function changeScript(parts: Pick<ChangeParts, 'check' | 'run'>): ShellText {
  const { unchanged, notTrueAfterwards, clash } = changeExit;
  const act = lines(
    sh`( set -e`,
    parts.run,
    sh`)`,
    sh`code=$?; case $code in 0) ;; ${unchanged}|${notTrueAfterwards}) exit ${clash} ;; *) exit $code ;; esac`,
  );
  if (parts.check === null) return lines(prelude, act);
  return lines(
    prelude,
    sh`holds() { ( set -e`,
    parts.check,
    sh`) }`,
    sh`holds >/dev/null 2>&1; test $? -eq 0 && exit ${unchanged}`,
    act,
    sh`holds >&2; test $? -eq 0 || { echo 'the command succeeded, but its check still fails' >&2; exit ${notTrueAfterwards}; }`,
  );
}

interface ProbeParts {
  readonly id: string;
  readonly title: string;
  readonly script: ShellText;
  readonly stdoutEquals?: string;
  readonly stdoutMatches?: string;
  readonly retryForSeconds?: number;
  readonly everySeconds?: number;
  readonly remedy?: string;
  readonly repair?: Repair | undefined;
  readonly timeoutSeconds?: number;
  readonly isRead?: true;
  readonly proves?: readonly Proof[];
  readonly requirements: readonly RuleId[];
}

/** A look at a host. Holds when every line succeeds (and the output, where given, is as wanted). */
export function probe(parts: ProbeParts): Probe {
  return {
    kind: 'probe',
    id: parts.id,
    title: parts.title,
    script: lines(prelude, sh`set -e`, parts.script).text,
    expect: {
      ...(parts.stdoutEquals === undefined ? {} : { stdoutEquals: parts.stdoutEquals }),
      ...(parts.stdoutMatches === undefined ? {} : { stdoutMatches: parts.stdoutMatches }),
    },
    retryForSeconds: parts.retryForSeconds ?? 0,
    everySeconds: parts.everySeconds ?? 2,
    ...(parts.remedy === undefined ? {} : { remedy: parts.remedy }),
    ...(parts.repair === undefined ? {} : { repair: parts.repair }),
    timeoutSeconds: parts.timeoutSeconds ?? 60,
    ...(parts.isRead === undefined ? {} : { isRead: parts.isRead }),
    ...(parts.proves === undefined ? {} : { proves: parts.proves }),
    requirements: parts.requirements,
  };
}

/** Runs beside the other steps until its stop file appears. */
export function watch(parts: { id: string; title: string; script: ShellText; requirements: readonly RuleId[] }): Watch {
  return {
    kind: 'watch',
    id: parts.id,
    title: parts.title,
    script: lines(prelude, parts.script).text,
    requirements: parts.requirements,
  };
}
