export function underlined(text: string, mark: string): string {
  return `${text}\n${mark.repeat(text.length)}`;
}

export function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
}

/** Lines that are indented are commands, and stay as they are. */
export function paragraphs(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => (line === '' || line.startsWith(' ') ? [line] : wrapped({ text: line, indent: '' })));
}

export function wrapped(options: { text: string; indent: string; columns?: number }): string[] {
  const { text, indent, columns = 100 } = options;
  return text.split(' ').reduce<string[]>((done, word) => {
    const last = done.at(-1);
    if (last === undefined || last.length + word.length + 1 > columns) return [...done, `${indent}${word}`];
    return [...done.slice(0, -1), `${last} ${word}`];
  }, []);
}
