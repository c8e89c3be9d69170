import type { Colors } from 'picocolors/types';
import type { Row } from './rows';

/** Where live text goes: a terminal of this size, or a pipe. */
export type Screen = Pick<NodeJS.WriteStream, 'write'> & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** Rows as text of one width, coloured. Cut before colouring: a colour code cut in half colours the rest of the day. */
export function paintRows(options: { rows: readonly Row[]; width: number; colors: Colors }): string[] {
  const { rows, width, colors } = options;
  return rows.map(({ text, tone }) => paint({ text: cut({ text, width }), tone, colors }));
}

/** Draws a block of lines, and the next one over it. Never higher than the screen, where going up would not reach. */
export function createRedraw(screen: Screen): {
  readonly draw: (lines: readonly string[]) => void;
  readonly keep: () => void;
} {
  let height = 0;
  const clear = (): string => (height === 0 ? '' : `\u001b[${String(height)}A\u001b[0J`);
  return {
    draw: (lines) => {
      const shown = lines.slice(0, Math.max(1, (screen.rows ?? 24) - 1));
      screen.write(`${clear()}${shown.join('\n')}\n`);
      height = shown.length;
    },
    /** Leaves the last block where it is: what is written next comes below. */
    keep: () => {
      height = 0;
    },
  };
}

function cut(options: { text: string; width: number }): string {
  const { text, width } = options;
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}

/** A text in the colour of what it means. */
export function paint(options: { text: string; tone: Row['tone']; colors: Colors }): string {
  const { text, tone, colors } = options;
  switch (tone) {
    case 'good':
      return colors.green(text);
    case 'warn':
      return colors.yellow(text);
    case 'bad':
      return colors.red(text);
    case 'quiet':
      return colors.dim(text);
    case 'busy':
      return colors.cyan(text);
    case 'ask':
      return colors.bold(colors.yellow(text));
    case 'plain':
      return text;
    default:
      return tone satisfies never;
  }
}
