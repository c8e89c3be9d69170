import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesPage } from '../../tools/rules/page';

describe('docs/rules.md', () => {
  it('is what catalog/rules says; `npm run docs:rules` writes it anew', () => {
    expect(readFileSync(join(__dirname, '../../docs/rules.md'), 'utf8')).toBe(rulesPage());
  });
});
