/** A name or a reason as one line: hosts keep it in files of lines. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}
