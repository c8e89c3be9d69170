import { rules, type RuleId } from '../../catalog/rules';
import type { Source } from '../../catalog/rules/rule';

const families = [
  { title: 'Heat upgrade guide', prefix: 'R-HEAT-' },
  { title: 'OpenStack Operations Guide, Upgrades', prefix: 'R-OPS-' },
  { title: 'Ceilometer upgrade guide and rolling-upgrades specification', prefix: 'R-CEIL-' },
  { title: 'Facts: what decides how the procedures are built', prefix: 'fact ' },
  { title: 'Traps: failures that are easy to miss', prefix: 'trap ' },
  { title: 'Notes: how one thing is done', prefix: '' },
] as const;

const columns = 120;

/** docs/rules.md: every id that runbooks, findings and comments cite, with its sentence and its source. */
export function rulesPage(): string {
  return [
    '# Rules',
    '',
    'Runbooks, findings and comments cite these ids. The numbered rules come from four public texts, corrected where these are',
    'wrong or out of date; facts, traps and notes were found out by running the procedures on real hosts. An id keeps its',
    'meaning for ever. Made from `catalog/rules/` by `npm run docs:rules`.',
    ...families.flatMap(({ title, prefix }) => ['', `## ${title}`, '', ...idsOf(prefix).flatMap(entry)]),
    '',
  ].join('\n');
}

/** Notes have letters of their own: they are what no other family has. */
function idsOf(prefix: string): RuleId[] {
  const ids = Object.keys(rules) as RuleId[];
  const named = families.map((family) => family.prefix).filter((one) => one !== '');
  return ids
    .filter((id) => (prefix === '' ? !named.some((one) => id.startsWith(one)) : id.startsWith(prefix)))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function entry(id: RuleId): string[] {
  const { words, sentence, source } = rules[id];
  const anchor = id.toLowerCase().replaceAll(/[ .]/g, '-');
  return wrapped(`- <a id="${anchor}"></a>**${id}** ${words}. ${sentence} ${sourceText(source)}`);
}

function sourceText(source: Source): string {
  switch (source.kind) {
    case 'text':
      return `[${source.title}](${source.url})${source.section === null ? '' : `: ${source.section}`}`;
    case 'observed':
      return `_Observed: ${source.what}._`;
    default:
      return source satisfies never;
  }
}

function wrapped(text: string): string[] {
  return text.split(' ').reduce<string[]>((done, word) => {
    const last = done.at(-1);
    if (last === undefined) return [word];
    if (last.length + word.length + 1 > columns) return [...done, `  ${word}`];
    return [...done.slice(0, -1), `${last} ${word}`];
  }, []);
}
