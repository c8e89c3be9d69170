import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { rules } from '../../catalog/rules';

const root = join(__dirname, '../..');
const outside = /^(node_modules|\.git|dist)$|^golden$/;

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return outside.test(entry.name) ? [] : filesBelow(path);
    return /\.(ts|md|py|sh|mjs|cjs)$/.test(entry.name) ? [path] : [];
  });
}

/** `traps 3, 47`, `facts 1, 2 and 11` and `R-HEAT-7..30` cite each of their numbers; D.5 and C.4 are notes. */
function cited(text: string): string[] {
  const one = [...text.matchAll(/\b(R-(?:HEAT|OPS|CEIL)-)(\d+)(?:\.\.(\d+))?/g)].flatMap(
    ([, prefix = '', first, last]) => [
      `${prefix}${String(first)}`,
      ...(last === undefined ? [] : [`${prefix}${last}`]),
    ],
  );
  const numbered = [...text.matchAll(/\b(trap|fact)s? (\d+(?:(?:, | and )\d+)*)/gi)].flatMap(
    ([, kind = '', numbers = '']) => (numbers.match(/\d+/g) ?? []).map((number) => `${kind.toLowerCase()} ${number}`),
  );
  const notes = [...text.matchAll(/\b[A-H]\.\d+\b/g)].map(([id]) => id);
  return [...one, ...numbered, ...notes];
}

describe('what sources and documents cite', () => {
  const files = filesBelow(root).filter((path) => path !== __filename && !path.endsWith('docs/rules.md'));

  it('is explained in catalog/rules', () => {
    const unknown = files.flatMap((path) =>
      cited(readFileSync(path, 'utf8'))
        .filter((id) => !(id in rules))
        .map((id) => `${relative(root, path)}: ${id}`),
    );
    expect(unknown).toEqual([]);
  });

  it('is found at all: a scan that sees nothing proves nothing', () => {
    const seen = new Set(files.flatMap((path) => cited(readFileSync(path, 'utf8'))));
    expect(seen.size).toBeGreaterThan(100);
    expect(cited('traps 3, 47 and 99; R-HEAT-7..31 (fact 11, C.5)')).toEqual(
      expect.arrayContaining(['trap 3', 'trap 47', 'trap 99', 'R-HEAT-7', 'R-HEAT-31', 'fact 11', 'C.5']),
    );
  });

  it('is no row of a runbook table: those numbers stand nowhere in this project', () => {
    const rows = files
      .filter(
        (path) =>
          /^(plan|catalog)\//.test(relative(root, path)) && !relative(root, path).startsWith('catalog/programs/'),
      )
      .flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(/\b(?:[PGRDJZ]|VE)\d{1,2}b?\b|\brunbook \d|domain catalogue/g)].map(
          ([found]) => `${relative(root, path)}: ${found}`,
        ),
      );
    expect(rows).toEqual([]);
  });
});
