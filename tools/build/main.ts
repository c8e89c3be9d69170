import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflows } from './bundle-workflows';
import { compile } from './compile';
import { copyParts } from './copy-parts';
import { stripComments } from './strip-comments';
import { writeJsonSchemas } from './write-json-schemas';

/**
 * `npm run build`: the package as it is published, in dist/: compiled rooms, their other parts, JSON Schemas, the
 * workflow bundle.
 */
async function main(): Promise<void> {
  const root = join(__dirname, '../..');
  const out = join(root, 'dist');
  rmSync(out, { recursive: true, force: true });
  compile({ root });
  stripComments({ out });
  const parts = copyParts({ root, out });
  writeJsonSchemas({ out });
  const { bytes, sdkVersion } = await bundleWorkflows({ out });
  console.log(`dist: ${parts.length} host programs and loaders, bundle of ${bytes} bytes for SDK ${sdkVersion}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
