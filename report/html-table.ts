import { markup, type Markup } from './markup';

/** A cell: its content, and how it is shown. `number` aligns right, `nowrap` keeps a time on one line. */
export type Cell = string | number | Markup | { readonly content: string | Markup; readonly look: string };

/** A table with a head; wide ones scroll by themselves on a narrow screen instead of the page. */
export function table(options: {
  columns: readonly (string | { readonly content: string; readonly look: string })[];
  rows: readonly (readonly Cell[])[];
}): Markup {
  const head = options.columns.map((column) => cell({ tag: 'th', cell: column }));
  const body = options.rows.map(
    (row) => markup`<tr>${row.map((one) => cell({ tag: 'td', cell: one }))}</tr>
`,
  );
  return markup`<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>`;
}

export function number(content: string | number): { readonly content: string; readonly look: string } {
  return { content: String(content), look: 'number' };
}

function cell(options: { tag: 'td' | 'th'; cell: Cell }): Markup {
  const { tag, cell: one } = options;
  const plain = typeof one !== 'object' || !('look' in one);
  const open = tag === 'td' ? markup`<td` : markup`<th`;
  const close = tag === 'td' ? markup`</td>` : markup`</th>`;
  return plain ? markup`${open}>${one}${close}` : markup`${open} class="${one.look}">${one.content}${close}`;
}
