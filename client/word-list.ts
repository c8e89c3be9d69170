/** `a b` and `a,b` are the same list. */
export function listed(words: readonly string[]): string[] {
  return words.flatMap((text) => text.split(',')).filter((name) => name !== '');
}

/** For an option that may be repeated, and takes one word each time: a list would swallow the argument behind it. */
export function collected(word: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), word];
}
