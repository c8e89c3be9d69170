/** Takes one short line for the person who waits. */
export type Say = (line: string) => void;

/** Lines with the seconds since the start in front: `  12 s  booting db1 mq1 lb1`. */
export function sayWithSeconds(options: { readonly write: Say }): Say {
  const startedAtMs = Date.now();
  return (line) => {
    const seconds = Math.round((Date.now() - startedAtMs) / 1000);
    options.write(`${String(seconds).padStart(4)} s  ${line}`);
  };
}
