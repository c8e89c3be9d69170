/** A line of durable-job.sh taken apart: `state=FENCED number=7 ... text=anything to the end of the line`. */
export interface AnswerLine {
  readonly fields: ReadonlyMap<string, string>;
  /** As it came, not trimmed. */
  readonly text: string;
}

export function readAnswer(line: string): AnswerLine {
  const [, head = '', text = ''] = /^(.*?)(?:text=(.*))?$/s.exec(line) ?? [];
  const fields = head
    .split(' ')
    .filter((word) => word.includes('='))
    .map((word): [string, string] => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
  return { fields: new Map(fields), text };
}
