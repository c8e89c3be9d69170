import { transformFile } from '@swc/core';
import { copyFileSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..');

/**
 * Puts these rooms as plain JavaScript below `into`, with every other file beside them: what a contender costs must not
 * contain a TypeScript compiler.
 */
export async function compileRooms(options: {
  readonly rooms: readonly string[];
  readonly into: string;
}): Promise<void> {
  mkdirSync(options.into);
  symlinkSync(join(root, 'node_modules'), join(options.into, 'node_modules'));
  for (const room of options.rooms) {
    for (const name of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })) {
      const source = join(root, room, name);
      if (!statSync(source).isFile()) continue;
      const target = join(options.into, room, name);
      mkdirSync(dirname(target), { recursive: true });
      if (!source.endsWith('.ts')) copyFileSync(source, target);
      else writeFileSync(target.replace(/\.ts$/, '.js'), (await compile(source)).code);
    }
  }
}

function compile(source: string): ReturnType<typeof transformFile> {
  return transformFile(source, {
    configFile: false,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
}
