/**
 * Runs as a process of its own, started by sdk-download.ts: `sdk-download-child.ts VERSION DIRECTORY`.
 * The SDK has no call for "download only", so it starts the server it downloaded, and we stop it again.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const main = async (): Promise<void> => {
  const [version, downloadDir] = process.argv.slice(2);
  if (version === undefined || downloadDir === undefined) throw new Error('usage: VERSION DIRECTORY');
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', version, downloadDir } },
  });
  await environment.teardown();
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
