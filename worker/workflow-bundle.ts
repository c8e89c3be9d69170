import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '@temporalio/worker/package.json';

/**
 * The workflows as one script, made by `npm run build`: for workers that run no workflows of their own, as
 * `workflowBundle` of `Worker.create`. It exists in the published package only.
 */
export const workflowBundle: { readonly codePath: string } = { codePath: join(__dirname, '../workflow-bundle.js') };

/**
 * The shipped bundle where it fits, or undefined: in a checkout there is none, and Temporal asks for a bundle made by
 * the very version of the SDK that loads it.
 */
export function shippedBundle(): { readonly codePath: string } | undefined {
  const label = join(__dirname, '../workflow-bundle.json');
  if (!existsSync(label)) return undefined;
  const { sdkVersion } = JSON.parse(readFileSync(label, 'utf8')) as { readonly sdkVersion: string };
  return sdkVersion === version ? workflowBundle : undefined;
}
