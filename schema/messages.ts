import { z } from 'zod';
import { problemsOf } from './problem';

const gate = z.string().trim().min(1, 'the code of the open gate, from Current Details');
const by = z.string().trim().min(1, 'your name');
const reason = z.string().trim().default('');

/** Every message is one JSON object, because the Web UI sends exactly one payload. */
export const approve = z.strictObject({ gate, by, reason, accept: z.array(z.string()).default([]) });
export const reject = z.strictObject({ gate, by, reason });
/** What `decide` can say; a gate offers those that fit it. */
export const decideChoices = [
  'retry',
  'skip',
  'markDone',
  'leaveHostOut',
  'leavePhaseOut',
  'wait',
  'repair',
  'kill',
  'rollBack',
  'rollBackWithRestore',
  'abort',
] as const;

export const decide = z.strictObject({
  gate,
  by,
  reason,
  choice: z.enum(decideChoices),
});
export const pause = z.strictObject({ by, reason });
export const resume = z.strictObject({ by, reason });
/** Ends a running job, and nothing else does. `step` is bound: `heat/db-sync@ctl1`. */
export const kill = z.strictObject({ step: z.string().min(1), by, reason: z.string().trim().min(1, 'why') });

export type Approve = z.infer<typeof approve>;
export type Reject = z.infer<typeof reject>;
export type Decide = z.infer<typeof decide>;
export type Pause = z.infer<typeof pause>;
export type Resume = z.infer<typeof resume>;
export type Kill = z.infer<typeof kill>;

/** What the UI shows beside each message, and what `help` prints. */
export const messageHelp = {
  approve: {
    description:
      'Approve the open gate. {"gate":"<code from Current Details>","by":"<you>","reason":"CHG-1","accept":["<finding id>"]}',
    example: { gate: 'k7f3a9', by: 'ana', reason: 'CHG-1042', accept: [] },
  },
  reject: {
    description: 'Reject: nothing more is changed. {"gate":"<code>","by":"<you>","reason":"<why>"}',
    example: { gate: 'k7f3a9', by: 'ana', reason: 'window closed' },
  },
  decide: {
    description:
      'Answer any other question. {"gate":"<code>","choice":"retry|skip|markDone|leaveHostOut|leavePhaseOut|wait|repair|kill|rollBack|rollBackWithRestore|abort","by":"<you>","reason":"<why>"}',
    example: { gate: 'k7f3a9', choice: 'retry', by: 'ana', reason: 'disk freed' },
  },
  pause: {
    description: 'Start no further step; running steps finish. {"by":"<you>","reason":"<why>"}',
    example: { by: 'ana', reason: 'reading the logs' },
  },
  resume: {
    description: 'Continue after a pause. {"by":"<you>","reason":"<why>"}',
    example: { by: 'ana', reason: '' },
  },
  kill: {
    description:
      'End a running command and everything it started. {"step":"heat/db-sync@ctl1","by":"<you>","reason":"<why>"}',
    example: { step: 'heat/db-sync@ctl1', by: 'ana', reason: 'waits for a database lock' },
  },
} as const;

export type MessageName = keyof typeof messageHelp;

const knownKeys = ['gate', 'by', 'reason', 'accept', 'choice', 'step'];

/** A message's payload, or one sentence that says what is wrong with it and shows a right one. */
export function checkMessage<T>(options: {
  schema: z.ZodType<T>;
  name: MessageName;
  raw: unknown;
}): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly sentence: string } {
  const parsed = options.schema.safeParse(options.raw ?? {});
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = problemsOf({ error: parsed.error, knownKeys });
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  const example = JSON.stringify(messageHelp[options.name].example);
  return {
    ok: false,
    sentence: `${options.name} was not understood (${list}). Nothing changed. Paste, for example: ${example}`,
  };
}
