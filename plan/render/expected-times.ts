import { limitInWords, roughly } from '../../schema/duration-words';
import type { ExpectedTimes } from '../../schema/expected-times';
import { expectedOf, expectedSentences, fromWords } from '../../schema/expected-words';
import type { Plan } from '../../schema/plan';
import { underlined, wrapped } from './text';

interface Told {
  readonly plan: Pick<Plan, 'from' | 'to' | 'phases'>;
  readonly times: ExpectedTimes;
}

/** How long a run takes, phase by phase, and how long its services are closed. */
export function expectedTimesText(options: { plan: Told['plan']; times: ExpectedTimes | null }): string {
  const { plan, times } = options;
  if (times === null) return '';
  return [
    underlined('Expected times', '-'),
    ...budgetLines(times),
    ...expectedSentences({ times, plan }).flatMap((text) => wrapped({ text, indent: '' })),
    ...phaseLines({ times, plan }),
  ].join('\n');
}

function budgetLines({ outages }: ExpectedTimes): string[] {
  return outages.flatMap(({ service, seconds, budgetSeconds }) =>
    budgetSeconds === null || seconds <= budgetSeconds
      ? []
      : [`OVER BUDGET: ${service}, ${roughly(seconds)} of ${limitInWords(budgetSeconds)}.`],
  );
}

/** Where a time comes from stands beside it only where others come from elsewhere. */
function phaseLines({ plan, times }: Told): string[] {
  const titled = [...plan.phases, { id: 'finally', title: 'Finally: clean up' }];
  const rows = titled.flatMap(({ id, title }, index) => {
    const expected = expectedOf({ times, id });
    const number = index < plan.phases.length ? `${String(index + 1)}.` : '';
    if (expected === null) return [];
    const source = fromWords({ source: expected.from, plan });
    return [{ source, text: `${number.padStart(3)} ${roughly(expected.seconds).padEnd(11)} ${title}` }];
  });
  const differ = new Set(rows.map(({ source }) => source)).size > 1;
  return rows.map(({ source, text }) => (differ ? `${text} (${source})` : text));
}
