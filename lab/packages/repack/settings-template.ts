/** A value that the distribution set in its configuration template. */
interface SetValue {
  readonly section: string;
  readonly option: string;
  readonly line: string;
}

/** The oslo.config namespaces that a generated template says it was made from, in order. */
export function namespacesOf(template: string): string[] {
  const found = [...template.matchAll(/^# From (\S+)$/gm)].map((match) => match[1] ?? '');
  // The generator dies on the tests' own namespace, and no service reads it.
  return [...new Set(found)].filter((name) => !name.startsWith('heat_integrationtests'));
}

/** Puts the distribution's own values of the old template into a freshly generated one. */
export function keepSetValues(options: { readonly old: string; readonly fresh: string }): string {
  return setValues(options.old).reduce((text, value) => placeValue({ text, value }), options.fresh);
}

function setValues(template: string): SetValue[] {
  return template.split('\n').reduce<{ section: string; values: SetValue[] }>(
    ({ section, values }, line) => {
      const header = /^\[(.+)\]$/.exec(line);
      if (header !== null) return { section: header[1] ?? '', values };
      const option = /^([A-Za-z0-9_]+) ?=/.exec(line)?.[1];
      return { section, values: option === undefined ? values : [...values, { section, option, line }] };
    },
    { section: 'DEFAULT', values: [] },
  ).values;
}

function placeValue(options: { readonly text: string; readonly value: SetValue }): string {
  const { section, option, line } = options.value;
  const start = options.text.indexOf(`[${section}]\n`);
  if (start < 0) return `${options.text.trimEnd()}\n\n[${section}]\n${line}\n`;
  const bodyAt = start + section.length + 3;
  const next = options.text.slice(bodyAt).search(/^\[/m);
  const endAt = next < 0 ? options.text.length : bodyAt + next;
  const body = options.text.slice(bodyAt, endAt);
  const commented = new RegExp(`^#${option} = .*$`, 'm');
  const placed = commented.test(body) ? body.replace(commented, () => line) : `${line}\n${body}`;
  return options.text.slice(0, bodyAt) + placed + options.text.slice(endAt);
}
