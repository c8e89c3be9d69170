/**
 * A plan says the same command on many hosts and in many phases, and a rollback says most of them again: each text that stands in it more
 * than once is kept once. For nine controllers that is a third of what Temporal would have to carry otherwise.
 */
export interface TextsOnce {
  readonly texts: readonly string[];
  readonly rest: Json;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** No key of a plan begins so. */
const mark = '$text';

/** Shorter ones cost as much as their mark. */
const shortest = 100;

/** `value`: what JSON can say. */
export function withTextsOnce(value: unknown): TextsOnce {
  const told = JSON.parse(JSON.stringify(value)) as Json;
  const count: Record<string, number> = {};
  everyText(told, (text) => {
    if (text.length >= shortest) count[text] = (count[text] ?? 0) + 1;
  });
  const texts = Object.keys(count).filter((text) => (count[text] ?? 0) > 1);
  const places = Object.fromEntries(texts.map((text, index) => [text, index]));
  return { texts, rest: replaced(told, (one) => placeOf({ one, places })) };
}

/** What it was made of; anything else stays as it is: earlier releases packed plans as they are. */
export function fromTextsOnce(value: unknown): unknown {
  if (!isTextsOnce(value)) return value;
  const { texts, rest } = value;
  return replaced(rest, (one) => {
    if (!isObject(one) || !(mark in one)) return null;
    return texts[Number(one[mark])] ?? null;
  });
}

function placeOf({ one, places }: { one: Json; places: Readonly<Record<string, number>> }): Json {
  const place = typeof one === 'string' && Object.hasOwn(places, one) ? places[one] : undefined;
  return place === undefined ? null : { [mark]: place };
}

function isTextsOnce(value: unknown): value is TextsOnce {
  return typeof value === 'object' && value !== null && 'texts' in value && 'rest' in value;
}

function isObject(one: Json): one is { readonly [key: string]: Json } {
  return typeof one === 'object' && one !== null && !Array.isArray(one);
}

function everyText(one: Json, tell: (text: string) => void): void {
  if (typeof one === 'string') tell(one);
  else if (typeof one === 'object' && one !== null) Object.values(one).forEach((part) => everyText(part, tell));
}

/** `by` null: stays, and its parts are asked. */
function replaced(one: Json, by: (one: Json) => Json): Json {
  const other = by(one);
  if (other !== null) return other;
  if (Array.isArray(one)) return (one as readonly Json[]).map((part) => replaced(part, by));
  if (!isObject(one)) return one;
  return Object.fromEntries(Object.entries(one).map(([key, part]) => [key, replaced(part, by)]));
}
