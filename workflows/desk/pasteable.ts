import type { Gate } from '../../schema/decision';

/** A message that answers a gate, complete but for the name. */
export interface Pasteable {
  readonly message: 'approve' | 'reject' | 'decide';
  readonly json: Readonly<Record<string, unknown>>;
}

/** The answers to a gate, ready to paste; `by` stays empty, and an empty name is refused. */
export function pasteable(gate: Pick<Gate, 'code' | 'choices' | 'accept'>): Pasteable[] {
  const person = { by: '', reason: '' };
  const [first] = gate.choices;
  if (!gate.choices.includes('approve'))
    return [{ message: 'decide', json: { gate: gate.code, choice: first, ...person } }];
  const accept = gate.accept.length === 0 ? {} : { accept: gate.accept };
  const other = gate.choices.filter((choice) => choice !== 'approve' && choice !== 'reject');
  return [
    { message: 'approve', json: { gate: gate.code, ...person, ...accept } },
    { message: 'reject', json: { gate: gate.code, ...person } },
    ...other.map((choice) => ({ message: 'decide' as const, json: { gate: gate.code, choice, ...person } })),
  ];
}
