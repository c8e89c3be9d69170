/** The first word of a field of the first stanza of a deb822 source: `URIs`, `Suites`. Undefined: it has none. */
export function deb822Field(options: { text: string; field: string }): string | undefined {
  const prefix = `${options.field.toLowerCase()}:`;
  const line = options.text.split('\n').find((one) => one.toLowerCase().startsWith(prefix));
  return line?.slice(prefix.length).trim().split(/\s+/)[0];
}
