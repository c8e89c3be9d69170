import type { Look, Tone } from '../schema/words';
import { markup, type Markup } from './markup';

/** What is not decided yet is no alarm, and no success either. */
const classOf: Readonly<Record<Tone, string>> = {
  good: 'good',
  warn: 'warn',
  bad: 'bad',
  busy: 'warn',
  ask: 'warn',
  quiet: 'plain',
};

/** A state as a small coloured word. */
export function badge({ words, tone }: Look): Markup {
  return markup`<span class="badge ${classOf[tone]}">${words}</span>`;
}
