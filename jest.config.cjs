const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
  ],
};
const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testEnvironment: 'node',
  transform,
  testMatch: testMatch.map((m) => `<rootDir>/test/${m}`),
  ...extra,
});

/** unit needs nothing; temporal needs a Temporal server (found or built by tools/temporal); lab needs root on Linux;
 * lab-long is what takes too long for `npm test`: `npm run lab:odd`, `lab:rollback`, `lab:services`, `compose`. package needs a registry: it installs what is published into projects of its own. */
module.exports = {
  projects: [
    project('unit', ['!(workflows|lab|lab-long|worker|package)/**/*.test.ts', 'workflows/{execute,desk}/**/*.test.ts']),
    project('temporal', ['workflows/*.test.ts', 'worker/**/*.test.ts']),
    project('lab', ['lab/**/*.test.ts']),
    project('lab-long', ['lab-long/**/*.test.ts']),
    project('package', ['package/**/*.test.ts'], { globalSetup: '<rootDir>/test/package/pack.ts' }),
  ],
};
