import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** What the compiler leaves behind though code reads it beside itself: programs for hosts, loaders for webpack. */
const kinds = ['.sh', '.py', '.cjs'];

/**
 * Copies them to the same places below `out`, from every room that was compiled. A part that is missing would be
 * noticed at the first host only.
 */
export function copyParts({ root, out }: { readonly root: string; readonly out: string }): readonly string[] {
  const parts = compiledRooms(out).flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => kinds.includes(extname(file)))
      .map((file) => join(room, file)),
  );
  for (const part of parts) {
    mkdirSync(dirname(join(out, part)), { recursive: true });
    copyFileSync(join(root, part), join(out, part));
  }
  return parts;
}

function compiledRooms(out: string): readonly string[] {
  return readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
