import { runInNewContext } from 'node:vm';

type Loader = (this: { readonly resourcePath: string }, source: string) => string;

const withoutComments = jest.requireActual<Loader>('../../tools/build/without-comments.cjs');
const loader = (source: string): string => withoutComments.call({ resourcePath: '/a/module.js' }, source);

describe('a module of the workflow bundle without its comments', () => {
  const source = `'use strict';
/**
 * Words about the function, of which "// this" is one.
 * @param {string} a
 */
function said(a /* first */, b) {
  // A remark.
  return \`\${a /* within */} // not one\` + b; // behind
}

/*! MIT, somebody */
const pattern = /[/*]\\/\\*no comment\\*\\//; const text = '/* not one */'; const half = 4 / 2 /* two */ / 1;
const loaded = () => import(/* webpackIgnore: true */ './x.js');
function failing() {
  /* two
     lines */ throw new Error('here');
}
({ said: said('a', 'b'), matches: pattern.test('x/*no comment*/'), text, half, line: (() => { try { failing(); } catch (error) { return /module\\.js:(\\d+)/.exec(error.stack)[1]; } })() });
`;
  const result = (code: string): unknown => runInNewContext(code, {}, { filename: 'module.js' });

  it('does what it did, and says the same lines', () => {
    const stripped = loader(source);
    expect(JSON.stringify(result(stripped))).toBe(JSON.stringify(result(source)));
    expect(result(stripped)).toMatchObject({ said: 'a // not oneb', text: '/* not one */', half: 2, line: '16' });
    expect(stripped.split('\n')).toHaveLength(source.split('\n').length);
  });

  it('has no remark any more, and keeps licences and what webpack reads', () => {
    const stripped = loader(source);
    for (const gone of ['Words about', 'A remark', 'behind', 'first', 'two\n', 'within', '@param'])
      expect(stripped).not.toContain(gone);
    expect(stripped).toContain('/*! MIT, somebody */');
    expect(stripped).toContain('/* webpackIgnore: true */');
  });
});
