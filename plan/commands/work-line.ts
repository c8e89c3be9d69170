import { sh, type ShellText } from '../../shell/sh';

/**
 * The line that people see while a run waits for work, of rows `id, name, action, since` and, where it is known, `state, project`:
 * "2 stacks in progress: web (UPDATE since 03:00) db (CREATE since 02:00, stuck, id 5c1d, project p2)".
 */
export function workLine(options: {
  readonly noun: string;
  /** Shell word: the file with the rows. */
  readonly rows: ShellText;
  /** Of which vhost; absent: of all. */
  readonly vhost?: string;
  /** What a person does about stuck ones; absent where the rows do not tell them. */
  readonly repair?: string;
}): ShellText {
  const { noun, rows, vhost, repair = '' } = options;
  const of = vhost === undefined ? '' : ` of vhost ${vhost}`;
  return sh`
    awk -v FS='\\t' -v noun=${noun} -v of=${of} -v repair=${repair} '
      { names = names " " $2 " (" $3 " since " $4 ($5 == "stuck" ? ", stuck, id " $1 ", project " $6 : "") ")"; stuck += $5 == "stuck" }
      END { print NR " " noun "s" of " in progress:" names (stuck ? ". Nobody works on the stuck any more: " repair : "") }' ${rows}
  `;
}
