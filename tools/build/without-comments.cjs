const ts = require('typescript');

/**
 * A webpack loader: takes comments out of a module, of which the bundle has some 100 KB packed. Line breaks stay where they are, so
 * that the lines of a stack trace are right. Kept are licences, and what webpack itself reads.
 */
module.exports = function withoutComments(source) {
  const file = ts.createSourceFile(this.resourcePath, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const parts = [];
  const visit = (node) => {
    const children = node.getChildren(file).filter(({ kind }) => kind !== ts.SyntaxKind.JSDoc);
    if (children.length > 0) return children.forEach(visit);
    const start = node.getStart(file, false);
    parts.push(blank(source.slice(node.getFullStart(), start)), source.slice(start, node.getEnd()));
  };
  visit(file);
  return parts.join('');
};

/** What stands between two words of a program: blanks, line breaks and comments. */
function blank(between) {
  if (/^\s*$/.test(between) || /^#!|\/\*!|@license|@preserve|webpack/m.test(between)) return between;
  const breaks = between.replace(/[^\n]/g, '');
  return breaks === '' ? ' ' : breaks + between.slice(between.lastIndexOf('\n') + 1).match(/^\s*/)[0];
}
