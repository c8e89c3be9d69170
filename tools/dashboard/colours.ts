import type { ColourName, Thresholds } from './dashboard';

const colours: Readonly<Record<ColourName, string>> = {
  green: '#3f9c5a',
  yellow: '#c9a227',
  orange: '#dd7f1b',
  red: '#c4372d',
  blue: '#3a76c4',
  purple: '#8558b8',
  gray: '#8a929b',
};

/** Of series without a colour of their own, in this order. */
const inTurn: readonly ColourName[] = ['green', 'blue', 'orange', 'purple', 'yellow', 'gray', 'red'];

export function colourOf(name: ColourName): string {
  return colours[name];
}

export function colourInTurn(index: number): string {
  return colours[inTurn[index % inTurn.length] ?? 'green'];
}

/** The colour of the last step that a value reaches. The first has no value: it counts from the beginning. */
export function thresholdColour({ steps }: Thresholds, value: number): string {
  const reached = steps.findLast((step) => step.value === null || value >= step.value);
  return colours[reached?.color ?? 'gray'];
}

/** A colour as thin as that on white. Bars are painted over each other, and must not shine through. */
export function paler({ colour, percent }: { readonly colour: string; readonly percent: number }): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const mixed = channels.map((channel) => Math.round(255 - ((255 - channel) * percent) / 100));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** The same on whatever is behind it: areas below lines overlap. */
export function seenThrough({ colour, percent }: { readonly colour: string; readonly percent: number }): string {
  return `${colour}${Math.round((255 * percent) / 100)
    .toString(16)
    .padStart(2, '0')}`;
}
