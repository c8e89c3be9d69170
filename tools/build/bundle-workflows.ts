import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { version } from '@temporalio/worker/package.json';

const englishOnly = {
  test: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.c?js$/,
  loader: require.resolve('./english-only.cjs'),
};

const uncommented = {
  test: /\.c?js$/,
  enforce: 'post',
  loader: require.resolve('./without-comments.cjs'),
} as const;

/**
 * The compiled workflows as one script, so that a worker starts without webpack. The source map must be inline: the SDK
 * refuses a bundle without one ("Can't extract inlined source map"). It carries no sources, which halves the file, and
 * lines without columns, which is what a stack trace is read for.
 */
export async function bundleWorkflows({
  out,
}: {
  readonly out: string;
}): Promise<{ readonly bytes: number; readonly sdkVersion: string }> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(out, 'workflows/index.js'),
    webpackConfigHook: (config) => ({
      ...config,
      devtool: 'inline-nosources-cheap-source-map',
      module: { ...config.module, rules: [...(config.module?.rules ?? []), englishOnly, uncommented] },
    }),
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(join(out, 'workflow-bundle.js'), code);
  // Read by worker/workflow-bundle.ts: a bundle belongs to the SDK that made it.
  writeFileSync(join(out, 'workflow-bundle.json'), JSON.stringify({ sdkVersion: version }));
  return { bytes: Buffer.byteLength(code), sdkVersion: version };
}
