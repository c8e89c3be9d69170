import { raw, sh, type ShellText } from '../../shell/sh';

/** How a restore point is compressed. Where zstd is missing gzip does it, slower; chosen when the run is planned, host by host. */
export type Compression = 'zstd' | 'gzip';

const suffixes: Readonly<Record<Compression, string>> = { zstd: 'zst', gzip: 'gz' };

/** Of a file, or what the shell makes one of. */
type Name = string | ShellText;

/** The name of a file once it is compressed: `final.sql.zst`. */
export function compressedName(options: { file: Name; compression: Compression }): ShellText {
  return sh`${options.file}.${raw(suffixes[options.compression])}`;
}

/** Writes `to`, reads it back, and leaves `from` where it is. */
export function compress(options: { from: Name; to: Name; compression: Compression }): ShellText {
  const { from, to, compression } = options;
  return compression === 'zstd'
    ? sh`zstd -q -f -T0 ${from} -o ${to} && ${intact({ file: to, compression })}`
    : sh`gzip -c ${from} > ${to} && ${intact({ file: to, compression })}`;
}

/** By standard input: gzip takes no file whose name ends otherwise. */
export function intact(options: { file: Name; compression: Compression }): ShellText {
  const { file, compression } = options;
  return compression === 'zstd' ? sh`zstd -tq ${file}` : sh`gzip -tq < ${file}`;
}

/** Prints what is in a compressed file of this restore point, whichever of the two made it. `path`: without its last suffix. */
export function uncompressed(path: ShellText): ShellText {
  const [gz, zst] = [suffixes.gzip, suffixes.zstd].map((suffix) => raw(`${path.text}.${suffix}`));
  return sh`if test -e ${gz ?? path}; then gzip -dcq ${gz ?? path}; else zstd -dcq ${zst ?? path}; fi`;
}
