import { readAnswer } from './answer-line';
import type { RootWay } from './root-way';

/** Whether a host can run jobs safely, as it was found once after its last boot. */
export interface HostReadiness {
  readonly host: string;
  /** How commands become root there; null: in no way that we know. */
  readonly way: RootWay | null;
  /** Why it cannot run jobs, for an operator. Null: it can. */
  readonly problem: { readonly kind: 'sudo' | 'lacking' | 'noSpace' | 'noProgram'; readonly sentence: string } | null;
  readonly bootId: string;
  /** Of the job directory. `freeInodes` is null where the filesystem has no fixed number of them. */
  readonly filesystem: {
    readonly type: string;
    readonly freeBytes: number;
    readonly freeInodes: number | null;
  } | null;
  /** The host's clock against the worker's; for display, nothing is decided by a clock. */
  readonly clockAheadSeconds: number | null;
  /** What is no reason to refuse and a person should know. */
  readonly remarks: readonly string[];
}

/** What the host answered to the look (ready.sh), and when (milliseconds of the worker's clock). */
export interface ReadyAnswer {
  readonly host: string;
  readonly base: string;
  readonly way: RootWay;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

export type Verdict =
  | { readonly kind: 'ready'; readonly readiness: HostReadiness }
  | { readonly kind: 'unfit'; readonly readiness: HostReadiness }
  | { readonly kind: 'wanted' }
  | { readonly kind: 'cut' };

/** An upgrade of one host leaves about 600 job directories of some 50 KB, and their output. */
const LITTLE_BYTES = 64 * 2 ** 20;
const FEW_INODES = 10_000;
/** Differences below this come from asking, not from clocks. */
const CLOCK_SECONDS = 2;

export function judgeReadiness(answer: ReadyAnswer): Verdict {
  const lines = answer.stdout.split('\n');
  if (lines.includes('wanted')) return { kind: 'wanted' };
  if (lines.includes('cut')) return { kind: 'cut' };
  const facts = factsOf(answer);
  const missing = lines
    .find((line) => line.startsWith('missing '))
    ?.slice(8)
    .trim();
  if (missing === undefined && lines.includes('published'))
    return { kind: 'ready', readiness: { ...facts, problem: null, remarks: remarksOn({ ...answer, facts }) } };
  return { kind: 'unfit', readiness: { ...facts, problem: problemOf({ ...answer, missing }), remarks: [] } };
}

/** A host on which nothing could be looked at, because no command becomes root there. */
export function noRootReadiness(options: { readonly host: string; readonly sentence: string }): HostReadiness {
  return {
    host: options.host,
    way: null,
    problem: { kind: 'sudo', sentence: options.sentence },
    bootId: '',
    filesystem: null,
    clockAheadSeconds: null,
    remarks: [],
  };
}

type Facts = Omit<HostReadiness, 'problem' | 'remarks'>;

function factsOf(answer: ReadyAnswer): Facts {
  const { fields } = readAnswer(answer.stdout.replaceAll('\n', ' '));
  const type = fields.get('filesystem');
  const clockMs = Number(fields.get('clock') ?? NaN);
  const nowMs = (answer.askedAtMs + answer.answeredAtMs) / 2;
  return {
    host: answer.host,
    way: answer.way,
    bootId: fields.get('boot') ?? '',
    filesystem:
      type === undefined
        ? null
        : {
            type,
            freeBytes: Number(fields.get('free_bytes')),
            freeInodes: fields.get('inodes') === '0' ? null : Number(fields.get('free_inodes')),
          },
    clockAheadSeconds: Number.isFinite(clockMs) ? Math.round((clockMs - nowMs) / 100) / 10 : null,
  };
}

function problemOf(options: ReadyAnswer & { readonly missing: string | undefined }): HostReadiness['problem'] {
  const { host, base, missing, stderr, exitCode } = options;
  if (missing !== undefined) {
    const remedy = 'Nothing was started. Fix this (tools: coreutils >= 8.24, util-linux, grep), then retry';
    return { kind: 'lacking', sentence: `${host} cannot run jobs safely: it lacks ${missing}. ${remedy}.` };
  }
  const said = stderr.trim() || 'no message';
  if (/no space left|quota exceeded/i.test(stderr))
    return {
      kind: 'noSpace',
      sentence: `The disk of ${host} with ${base} is full: ${said}. Nothing was started. Free space, then retry.`,
    };
  const how = `exit code ${String(exitCode)}`;
  return {
    kind: 'noProgram',
    sentence: `The job program could not be installed on ${host} (${how}): ${said}. Nothing was started. Fix this, then retry.`,
  };
}

function remarksOn(options: ReadyAnswer & { readonly facts: Facts }): string[] {
  const { host, base, facts } = options;
  const { filesystem, clockAheadSeconds } = facts;
  const isMemory = filesystem?.type === 'tmpfs' || filesystem?.type === 'ramfs';
  const mebibytes = Math.floor((filesystem?.freeBytes ?? 0) / 2 ** 20);
  return [
    ...(isMemory
      ? [`${host} keeps ${base} in memory (${filesystem.type}): after a reboot it does not know what it has run.`]
      : []),
    ...(filesystem !== null && filesystem.freeBytes < LITTLE_BYTES
      ? [`${host} has only ${String(mebibytes)} MiB free in ${base}. When it is full, jobs are refused.`]
      : []),
    ...(filesystem?.freeInodes != null && filesystem.freeInodes < FEW_INODES
      ? [`${host} has only ${String(filesystem.freeInodes)} inodes free in ${base}. Every job needs ten.`]
      : []),
    ...(clockAheadSeconds !== null && Math.abs(clockAheadSeconds) >= CLOCK_SECONDS
      ? [
          `The clock of ${host} differs from the worker's by ${String(clockAheadSeconds)} s. Job times are shown in the host's time.`,
        ]
      : []),
  ];
}
