/** Optional peers of the package: a client is installed without them, and so without native code. */
const workerModules = [
  '@temporalio/activity',
  '@temporalio/plugin',
  '@temporalio/worker',
  '@temporalio/workflow',
  'ssh2',
];

/** @throws Error one sentence with the command that installs what is missing; Node would show a stack for the first */
export function requireModules(): void {
  const missing = workerModules.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  throw new Error(
    `A worker also needs these npm packages: ${missing.join(', ')}. ` +
      `Install them: npm install ${missing.join(' ')}`,
  );
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
