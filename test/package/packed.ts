import { join } from 'node:path';

/** What `npm pack` said of the tarball that pack.ts made, and where it lies. */
export interface Packed {
  readonly tarball: string;
  readonly directory: string;
  readonly version: string;
  /** Bytes, packed and unpacked. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

export function packed(): Packed {
  const said = JSON.parse(process.env['OSU_PACKED'] ?? '') as Omit<Packed, 'tarball'> & { readonly filename: string };
  return { ...said, tarball: join(said.directory, said.filename) };
}
