/** A webpack loader for zod's list of languages: 50 of them are a third of the bundle, and no sentence of ours is in any but English. */
module.exports = function englishOnly() {
  return `exports.en = require('./en.cjs');\n`;
};
