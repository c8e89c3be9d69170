import type { MessageRefusal } from '../../schema/failure';
import { approve, checkMessage, decide, kill, pause, reject, resume, type MessageName } from '../../schema/messages';
import type { Kill, Pause, Resume } from '../../schema/messages';
import { now, type Desk } from './desk';
import type { Answer } from './gates';
import { nameOf } from './gates';
import { killCommand } from '../kill-command';

export type Via = 'update' | 'signal';

/** A message that may be acted on, or the one sentence that says why not and what to do. */
export type Understood =
  { readonly ok: true; readonly act: (via: Via) => Promise<string> } | ({ readonly ok: false } & MessageRefusal);

/** Judges a message against its shape and the run as it stands now. Changes nothing: validators call it too. */
export function understand(options: { desk: Desk; name: MessageName; raw: unknown }): Understood {
  const { desk, name, raw } = options;
  switch (name) {
    case 'approve':
      return checked(checkMessage({ schema: approve, name, raw }), (value) =>
        answer({ desk, answer: { ...value, choice: 'approve' } }),
      );
    case 'reject':
      return checked(checkMessage({ schema: reject, name, raw }), (value) =>
        answer({ desk, answer: { ...value, choice: 'reject', accept: [] } }),
      );
    case 'decide':
      return checked(checkMessage({ schema: decide, name, raw }), (value) =>
        answer({ desk, answer: { ...value, accept: [] } }),
      );
    case 'pause':
      return checked(checkMessage({ schema: pause, name, raw }), (message) => hold({ desk, message }));
    case 'resume':
      return checked(checkMessage({ schema: resume, name, raw }), (message) => goOn({ desk, message }));
    case 'kill':
      return checked(checkMessage({ schema: kill, name, raw }), (message) => end({ desk, message }));
    default:
      return name satisfies never;
  }
}

function checked<T>(
  message: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly sentence: string },
  judge: (value: T) => Understood,
): Understood {
  return message.ok ? judge(message.value) : refused('messageInvalid', message.sentence);
}

function refused(why: MessageRefusal['why'], sentence: string): Understood {
  return { ok: false, why, sentence };
}

function answer(options: { desk: Desk; answer: Answer }): Understood {
  const { desk } = options;
  // Codes are read aloud and typed: upper case and blanks around them are no other code.
  const given = { ...options.answer, gate: options.answer.gate.toLowerCase() };
  const refusal = desk.gates.refusal(given);
  if (refusal !== null) return { ok: false, ...refusal };
  return {
    ok: true,
    act: (via) => {
      const { by, choice, about } = desk.gates.take({ answer: given, via });
      return Promise.resolve(`${by}: ${choice} for ${nameOf(about)}. Press R to refresh the page.`);
    },
  };
}

function hold(options: { desk: Desk; message: Pause }): Understood {
  const { desk, message } = options;
  const { pausedBy, stage } = desk.told();
  if (pausedBy !== null) return refused('alreadyPaused', `${pausedBy} already paused the run. Nothing changed.`);
  if (stage === 'tidyingUp')
    return refused('runEnding', 'The run is cleaning up. This cannot be paused and ends by itself. Nothing changed.');
  return {
    ok: true,
    act: () => {
      desk.tell({ pausedBy: `${message.by}${message.reason === '' ? '' : ` (${message.reason})`}` });
      return Promise.resolve('Paused. Running steps finish; no new step starts until you send resume.');
    },
  };
}

function goOn(options: { desk: Desk; message: Resume }): Understood {
  const { desk, message } = options;
  if (desk.told().pausedBy === null) return refused('notPaused', 'The run is not paused. Nothing changed.');
  return {
    ok: true,
    act: () => {
      desk.tell({ pausedBy: null });
      return Promise.resolve(`Resumed by ${message.by}.`);
    },
  };
}

function end(options: { desk: Desk; message: Kill }): Understood {
  const { desk, message } = options;
  const { running } = desk.told();
  const call = running.find(({ step }) => step === message.step);
  if (call === undefined) {
    const list = running.map(({ step }) => step).join(', ');
    return refused(
      'stepNotRunning',
      `"${message.step}" is not running, so there is nothing to end. Nothing changed. ${list === '' ? 'No step is running.' : `Running: ${list}.`}`,
    );
  }
  return {
    ok: true,
    act: async (via) => {
      const { host, stepId, generation, phaseId } = call;
      const { by, reason } = message;
      const about = { kind: 'failure', phaseId, stepId, host } as const;
      desk.gates.record({ gate: 'none', about, choice: 'kill', by, reason, accept: [], via, at: now() });
      return (await killCommand({ desk, host, stepId, generation, by, reason })).sentence;
    },
  };
}
