import type { Choice, Decision, Gate, GateSubject } from '../../schema/decision';
import type { MessageRefusal } from '../../schema/failure';
import type { Instant } from '../../schema/names';
import { boundId } from '../../schema/step-name';
import type { Question } from '../execute/effects';
import { gateCode } from './gate-code';

/** What a person sent, checked for its shape. */
export interface Answer {
  readonly gate: string;
  readonly choice: Choice;
  readonly by: string;
  readonly reason: string;
  readonly accept: readonly string[];
}

export interface Gates {
  readonly open: () => readonly Gate[];
  readonly decisions: () => readonly Decision[];
  /** Opens a gate and waits for its answer, or until the question is withdrawn (null). */
  readonly ask: (question: Question) => Promise<Decision | null>;
  /** Why this answer cannot be taken, with one sentence that says what to do; null: it can. */
  readonly refusal: (answer: Answer) => MessageRefusal | null;
  /** Takes an answer that `refusal` let pass, and closes its gate. */
  readonly take: (options: { readonly answer: Answer; readonly via: 'update' | 'signal' }) => Decision;
  /** Writes down what was decided without a gate. */
  readonly record: (decision: Decision) => void;
}

interface OpenGate {
  readonly gate: Gate;
  readonly question: Question;
  decision: Decision | null;
}

/** The open questions of one run. A gate is bound to one question by its code: a stale browser tab answers nothing. */
export function createGates(options: {
  uuid: () => string;
  now: () => Instant;
  until: (holds: () => boolean) => Promise<void>;
  changed: () => void;
}): Gates {
  const { uuid, now, until, changed } = options;
  let open: readonly OpenGate[] = [];
  let decisions: readonly Decision[] = [];
  const codes = new Set<string>();
  const newCode = (): string => {
    let code = gateCode(uuid());
    while (codes.has(code)) code = gateCode(uuid());
    codes.add(code);
    return code;
  };
  return {
    open: () => open.map(({ gate }) => gate),
    decisions: () => decisions,
    ask: async (question) => {
      const { about, choices, warnings } = question;
      const gate = { code: newCode(), about, question: question.question, choices, accept: warnings, openedAt: now() };
      const entry: OpenGate = { gate, question, decision: null };
      open = [...open, entry];
      changed();
      await until(() => entry.decision !== null || question.withdrawn());
      open = open.filter((one) => one !== entry);
      changed();
      return entry.decision;
    },
    refusal: (answer) => refusalOf({ answer, open, decisions }),
    take: ({ answer, via }) => {
      const entry = open.find(({ gate }) => gate.code === answer.gate);
      if (entry === undefined) throw new TypeError('an answer was taken that should have been refused');
      const decision: Decision = { ...answer, about: entry.gate.about, via, at: now() };
      entry.decision = decision;
      // Closed at once: a second answer in the same breath finds no gate.
      open = open.filter((one) => one !== entry);
      decisions = [...decisions, decision];
      changed();
      return decision;
    },
    record: (decision) => {
      decisions = [...decisions, decision];
      changed();
    },
  };
}

function refusalOf(options: {
  answer: Answer;
  open: readonly OpenGate[];
  decisions: readonly Decision[];
}): MessageRefusal | null {
  const { answer, open, decisions } = options;
  const entry = open.find(({ gate }) => gate.code === answer.gate);
  if (entry === undefined) return wrongCode({ answer, open, decisions });
  const { gate, question } = entry;
  if (question.withdrawn())
    return {
      why: 'runEnding',
      sentence: `Gate ${gate.code} is closing, because the run is stopping. Your answer ${answer.choice} changed nothing.`,
    };
  if (!gate.choices.includes(answer.choice)) return { why: 'choiceNotOffered', sentence: notOffered({ answer, gate }) };
  const { approvers } = question;
  if (approvers.length > 0 && !approvers.includes(answer.by))
    return {
      why: 'notApprover',
      sentence: `"${answer.by}" may not answer gate ${gate.code}. Nothing changed. Ask one of the approvers in the cloud file: ${approvers.join(', ')}.`,
    };
  const sentence = answer.choice === 'approve' ? notAccepted({ answer, gate }) : null;
  return sentence === null ? null : { why: 'warningsNotAccepted', sentence };
}

function wrongCode(options: {
  answer: Answer;
  open: readonly OpenGate[];
  decisions: readonly Decision[];
}): MessageRefusal {
  const { answer, open, decisions } = options;
  const before = decisions.find(({ gate }) => gate === answer.gate);
  const now = open.map(({ gate }) => `${gate.code} (${nameOf(gate.about)})`).join(', ');
  const next =
    open.length === 0
      ? 'No gate is open now, so there is nothing to answer.'
      : `Open now: ${now}. Press R on Current Details and copy the JSON from that page.`;
  if (before === undefined)
    return { why: 'gateNotOpen', sentence: `There is no open gate "${answer.gate}". Nothing changed. ${next}` };
  return {
    why: 'gateAnswered',
    sentence: `Gate ${answer.gate} was already answered: ${before.choice} by ${before.by} at ${before.at}. Nothing changed. ${next}`,
  };
}

function notOffered(options: { answer: Answer; gate: Gate }): string {
  const { answer, gate } = options;
  const asks = `Gate ${gate.code} is about ${nameOf(gate.about)} and does not offer "${answer.choice}". Nothing changed.`;
  const decides = gate.choices.filter((choice) => choice !== 'approve' && choice !== 'reject');
  const other = `decide with one of: ${decides.join(', ')}`;
  if (!gate.choices.includes('approve')) return `${asks} Send the update ${other}.`;
  return `${asks} Send the update approve or reject instead${decides.length === 0 ? '' : `, or ${other}`}.`;
}

function notAccepted(options: { answer: Answer; gate: Gate }): string | null {
  const { answer, gate } = options;
  const missing = gate.accept.filter((id) => !answer.accept.includes(id));
  const unknown = answer.accept.filter((id) => !gate.accept.includes(id));
  if (gate.about.kind === 'loss') return lossNotAccepted({ missing, unknown, gate });
  if (unknown.length > 0)
    return `"accept" contains ${unknown.join(', ')}, but the warnings of this plan are: ${gate.accept.join(', ') || 'none'}. Nothing changed. Read the findings again, then send the ids that you accept.`;
  if (missing.length === 0) return null;
  return `Not approved: these warnings are not accepted: ${missing.join(', ')}. Read them, then add to the JSON: "accept": ${JSON.stringify(gate.accept)}.`;
}

/** What users lose is accepted kind by kind, and all of it: the databases are restored as one. */
function lossNotAccepted(options: {
  missing: readonly string[];
  unknown: readonly string[];
  gate: Gate;
}): string | null {
  const { missing, unknown, gate } = options;
  if (unknown.length + missing.length === 0) return null;
  const what =
    unknown.length > 0
      ? `"accept" contains ${unknown.join(', ')}, which this rollback does not take away`
      : `these losses are not accepted: ${missing.join(', ')}`;
  return (
    `Not rolled back: ${what}. The gate stays open, and nothing is undone. Read the list, then approve with "accept": ${JSON.stringify(gate.accept)}. ` +
    'To keep what users wrote, send reject.'
  );
}

/** A gate's subject in a few words: `the plan`, `phase open`, `heat/db-sync@ctl1`. */
export function nameOf(about: GateSubject): string {
  switch (about.kind) {
    case 'plan':
      return 'the plan';
    case 'lock':
      return `the lock of run ${about.runId}`;
    case 'phase':
      return `phase ${about.phaseId}`;
    case 'drift':
      return `drift before phase ${about.phaseId}`;
    case 'loss':
      return `what a rollback from phase ${about.phaseId} takes away`;
    case 'confirm':
    case 'failure':
      return boundId(about);
    default:
      return about satisfies never;
  }
}
