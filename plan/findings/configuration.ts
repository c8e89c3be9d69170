import type { PackageFacts } from '../../catalog/facts';
import { type KeptConfiguration, newFileOf } from '../../catalog/platform/kept-configuration';
import { type OptionReview, reviewFileOf } from '../../catalog/platform/service-config';
import type { Service } from '../../catalog/service';
import { counted } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

interface Where {
  readonly host: string;
  readonly packages: PackageFacts;
  /** Of the run. */
  readonly services: readonly Service[];
}

/** What a person decides about configuration before the run, because nothing decides it later (R-OPS-8, R-OPS-40). */
export function configurationFindings(where: Where): Finding[] {
  const { host, packages, services } = where;
  const files = services.flatMap(({ templates }) => templates.map(({ running }) => running));
  return [
    ...unmerged({ host, files: packages.unmergedFiles }),
    ...kept({ host, files: packages.keptConfiguration }),
    ...Object.entries(packages.options)
      .filter(([file]) => files.includes(file))
      .flatMap(([file, review]) =>
        review === null ? [notCompared({ host, file })] : reviewed({ host, file, review }),
      ),
  ];
}

function unmerged({ host, files }: { host: string; files: readonly string[] }): Finding[] {
  if (files.length === 0) return [];
  return [
    finding({
      what: 'unmerged-configuration',
      level: 'note',
      host,
      text: `Nobody has merged ${shortened(files)}: left by an earlier upgrade.`,
      remedy: 'Adopt or remove them, so that what this upgrade brings can be told apart.',
      sources: ['R-OPS-40', 'trap 11'],
    }),
  ];
}

/** Scripts of /etc/init.d have a finding of their own. */
function kept({ host, files }: { host: string; files: readonly KeptConfiguration[] | null }): Finding[] {
  if (files === null)
    return [
      finding({
        what: 'configuration-not-compared',
        level: 'warning',
        host,
        text: 'Whether the new packages bring other configuration files than those that somebody changed here could not be read.',
        remedy:
          'Compare the files that dpkg --verify names with those of the target packages, or accept: the run asks about each that it finds.',
        sources: ['R-OPS-40', 'trap 11'],
      }),
    ];
  return files.filter(({ path }) => !path.startsWith('/etc/init.d/')).map((file) => keptFile({ host, file }));
}

function keptFile({ host, file }: { host: string; file: KeptConfiguration }): Finding {
  const { package: name, path, ownLines, newLines } = file;
  return finding({
    what: `configuration-kept-${path}`,
    level: 'warning',
    host,
    text:
      ownLines === null
        ? `The new ${name} brings another ${path}, which somebody has deleted here: it stays away (${counted({ count: newLines, noun: 'line' })}).`
        : `The new ${name} brings another ${path}. Yours was changed, and it stays. Lines in yours alone: ${String(ownLines)}; in the new one alone: ${String(newLines)}.`,
    remedy: `Compare them as root: diff ${path} ${newFileOf(file)}. Write into yours what the new release needs, or accept that it stays as it is.`,
    sources: ['R-OPS-39', 'R-OPS-40', 'trap 11'],
  });
}

function notCompared({ host, file }: { host: string; file: string }): Finding {
  return finding({
    what: `not-compared-${file}`,
    level: 'warning',
    host,
    text: `${file} could not be compared with the target's template: removed options would be found only at the start.`,
    remedy: 'Read the release notes on removed options and compare by hand.',
    sources: ['R-OPS-8', 'trap 13'],
  });
}

function reviewed(options: { host: string; file: string; review: OptionReview }): Finding[] {
  const { host, file, review } = options;
  const { removed, added, gone, changed } = review;
  const felt = changed.filter(({ isSet }) => !isSet);
  return [
    ...removed.map((option) =>
      finding({
        what: `option-removed-${option.replaceAll(/[[\] ]+/g, '.').replace(/^\./, '')}`,
        level: 'warning',
        host,
        text: `${file} sets ${option}, which the target release no longer has: it will be without effect.`,
        remedy: 'Find its replacement in the release notes; set it first, or accept.',
        sources: ['R-OPS-8', 'trap 13'],
      }),
    ),
    ...(added.length + gone.length + changed.length === 0
      ? []
      : [
          finding({
            what: `template-changed-${file}`,
            level: 'note',
            host,
            text:
              `The target's template of ${file}: ${counted({ count: added.length, noun: 'new option' })}, ${String(gone.length)} gone, ${String(changed.length)} with another default.` +
              (felt.length === 0
                ? ''
                : ` Not set in yours, so that the new default applies: ${shortened(felt.map(changeOf))}.`),
            remedy: `Nothing where the new defaults are right. To keep one, set it in ${file} before the run. The complete comparison: ${reviewFileOf(file)}, as root.`,
            sources: ['R-OPS-8', 'R-OPS-40', 'fact 10'],
          }),
        ]),
  ];
}

/** Both are the templates' words. */
function changeOf({ option, from, to }: OptionReview['changed'][number]): string {
  return `${option} (${cut(from)} becomes ${cut(to)})`;
}

function cut(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}

function shortened(words: readonly string[]): string {
  const shown = words.slice(0, 8).join(', ');
  return words.length > 8 ? `${shown} and ${String(words.length - 8)} more` : shown;
}
