/** Prints the package's peers in the versions that are installed here, as arguments for npm: for the image's second stage. */
const { peerDependencies } = require('../../package.json');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const installed = (name) =>
  JSON.parse(readFileSync(join(__dirname, '../../node_modules', name, 'package.json'), 'utf8')).version;
console.log(
  Object.keys(peerDependencies)
    .map((name) => `${name}@${installed(name)}`)
    .join(' '),
);
