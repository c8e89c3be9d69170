import { limitInWords } from '../schema/duration-words';
import { inSeconds } from './expected';
import { number, table, type Cell } from './html-table';
import { markup, type Markup } from './markup';
import type { Report } from './report';

/** Expected beside actual: how long services were closed, and each phase. */
export function expectedTables({ expected }: Report): Markup {
  if (expected === null)
    return markup`<p class="quiet">Nothing was expected: the plan was made by a worker that made no estimates.</p>`;
  const { outages, phases, wholeOutage } = expected;
  const closed = outages.map(
    ({ service, expectedSeconds, closedSeconds, measuredSeconds, budgetSeconds, overBudget }) => [
      service,
      number(inSeconds(expectedSeconds)),
      number(inSeconds(closedSeconds)),
      number(measuredSeconds === null ? 'not measured' : inSeconds(measuredSeconds)),
      budgetCell({ budgetSeconds, overBudget }),
    ],
  );
  return markup`<p>From the first service that closed to the last that opened: ${inSeconds(wholeOutage.actualSeconds)}; expected ${inSeconds(wholeOutage.expectedSeconds)}.</p>
${table({ columns: ['Service', number('Expected'), number('Closed by the run'), number('Down, as measured'), number('Budget')], rows: closed })}
<p class="quiet">Phases, without the time in which the run waited for people.</p>
${table({
  columns: ['Phase', number('Expected'), number('Took'), 'Expected from'],
  rows: phases.map(({ title, expectedSeconds, actualSeconds, from }) => [
    title,
    number(expectedSeconds === null ? '' : inSeconds(expectedSeconds)),
    number(actualSeconds === null ? 'not complete' : inSeconds(actualSeconds)),
    from ?? '',
  ]),
})}`;
}

function budgetCell(options: { budgetSeconds: number | null; overBudget: boolean }): Cell {
  const { budgetSeconds, overBudget } = options;
  if (budgetSeconds === null) return number('none');
  const { content, look } = number(limitInWords(budgetSeconds));
  return overBudget ? { content: `${content}: exceeded`, look: `${look} bad` } : { content, look };
}
