/** debian control text with the new version in `Version:` and in every `(= OLD)`, and more dependencies. */
export function raiseVersion(options: {
  readonly control: string;
  readonly from: string;
  readonly to: string;
  readonly installedKilobytes: number;
  readonly moreDepends: readonly string[];
}): string {
  const more = options.moreDepends.map((depend) => `, ${depend}`).join('');
  return options.control
    .replace(/^Version: .*$/m, `Version: ${options.to}`)
    .replace(/^Installed-Size: .*$/m, `Installed-Size: ${options.installedKilobytes}`)
    .replaceAll(`(= ${options.from})`, `(= ${options.to})`)
    .replace(/^Depends: .*$/m, (line) => `${line}${more}`);
}

export function controlField(options: { readonly control: string; readonly field: string }): string {
  return new RegExp(`^${options.field}: (.*)$`, 'm').exec(options.control)?.[1] ?? '';
}
