import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';

const root = join(__dirname, '../..');

/**
 * The workflows as one script, made once for all test files: every jest file is a world of its own, and webpack takes
 * seconds in each. Kept in the temporary directory under a hash of everything that goes in.
 */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  const directory = join(tmpdir(), 'openstack-upgrade-test-bundles');
  const codePath = join(directory, `${hashOf(['workflows', 'schema'])}.js`);
  if (!existsSync(codePath)) {
    const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
    const { code } = await bundleWorkflowCode({ workflowsPath: require.resolve('../../workflows/index.ts'), logger });
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${codePath}.${String(process.pid)}`, code);
    renameSync(`${codePath}.${String(process.pid)}`, codePath);
  }
  return { codePath };
}

function quiet(): void {
  return;
}

function hashOf(rooms: readonly string[]): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const room of rooms) {
    const files = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    for (const file of files.sort()) hash.update(file).update(readFileSync(join(root, room, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
