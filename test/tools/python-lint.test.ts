import { createLinter } from '../../tools/python/lint';

describe('the check of Python files', () => {
  const lint = createLinter();

  it('finds what only a newer Python than that of the oldest host can read', () => {
    expect(lint('import sys\n\nmatch sys.argv:\n    case []:\n        pass\n')).toMatchObject([
      { line: 3, rule: 'invalid-syntax' },
    ]);
  });

  it('finds a name that nothing defines, and one that nothing uses', () => {
    expect(lint('import json\n\nprint(jsn.dumps(1))\n')).toMatchObject([
      { line: 1, rule: 'F401' },
      { line: 3, rule: 'F821' },
    ]);
  });

  it('is content with a program as it should be', () => {
    expect(lint('import sys\n\nsys.exit(0)\n')).toEqual([]);
  });
});
