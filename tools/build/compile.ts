import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Every room that tsconfig.build.json does not exclude, as JavaScript and types. Type errors end the build. */
export function compile({ root }: { readonly root: string }): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '--project', join(root, 'tsconfig.build.json')], {
    cwd: root,
    stdio: 'inherit',
  });
}
