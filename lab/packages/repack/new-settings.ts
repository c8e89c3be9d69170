import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInRoot } from '../../machine/chroot';
import type { Layer } from '../layers';
import { mountOverlay, unmount } from '../../machine/overlay';
import { recipeText } from '../../machine/recipe-text';
import type { RepackedSource } from '../series';
import { namespacesOf } from './settings-template';

/** What new code says about itself when it runs among Debian's libraries. */
export interface NewSettings {
  readonly template: (name: string) => string;
  readonly policy: (name: string) => string;
  /** Requirements that the root does not meet. */
  readonly unmet: readonly { readonly wheel: string; readonly needs: string; readonly atLeast: string }[];
}

/** Runs the generators of new code in a throw-away root of the controller's layers. */
export async function generateSettings(options: {
  readonly layers: readonly Layer[];
  /** Unpacked wheels side by side. */
  readonly code: string;
  readonly sources: readonly RepackedSource[];
  readonly scratch: string;
}): Promise<NewSettings> {
  const out = join(options.scratch, 'settings');
  mkdirSync(out, { recursive: true });
  const root = await mountOverlay({
    lower: options.layers.map((layer) => layer.folder),
    folder: join(options.scratch, 'root'),
  });
  try {
    const calls = options.sources.flatMap(({ settings }) =>
      settings === undefined
        ? []
        : [
            `write_settings ${settings.namespace} ${namespacesOf(readFileSync(join(root, settings.template), 'utf8')).join(' ')}`,
          ],
    );
    const script = [recipeText('new-settings.sh'), ...calls].join('\n');
    const bind = [[options.code, '/lab/new'] as const, [out, '/lab/out'] as const];
    await runInRoot({ root, script, purpose: 'configuration templates of new code', bind });
  } finally {
    await unmount(root);
  }
  return {
    template: (name) => readFileSync(join(out, `${name}.conf`), 'utf8'),
    policy: (name) => readFileSync(join(out, `${name}.policy.yaml`), 'utf8'),
    unmet: readUnmet(join(out, 'unmet.txt')),
  };
}

function readUnmet(file: string): NewSettings['unmet'] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [wheel = '', needs = '', atLeast = ''] = line.split(' ');
      return { wheel, needs, atLeast };
    });
}
