import type { Api } from '../../catalog/service';
import { raw, sh, type ShellText } from '../../shell/sh';

/** Whether `$code` is what an API answers at its health path. */
export function isAnswer({ alsoAnswers }: Pick<Api, 'alsoAnswers'>): ShellText {
  const codes = [200, 300, ...(alsoAnswers === undefined ? [] : [alsoAnswers])];
  return sh`test ${raw(codes.map((code) => `"$code" = ${String(code)}`).join(' -o '))}`;
}
