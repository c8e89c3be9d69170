import { inWords, limitInWords, roughly } from './duration-words';
import type { Instant } from './names';
import type { OutageStatus } from './status';

/**
 * `heat is closed to users since 03:09:20 UTC (expected 85 s, budget 60 s)`; once the budget is used up,
 * `OVER BUDGET: heat is closed to users since 03:09:20 UTC (expected 85 s, budget 60 s, used up at 03:10:20 UTC)`.
 */
export function outageText(outage: OutageStatus): string {
  const { service, overBudget } = outage;
  return `${overBudget ? 'OVER BUDGET: ' : ''}${service} ${seen(outage)} (${limits(outage)})`;
}

function seen({ closedSince, closedSeconds, measuredSeconds, overBudget, overBudgetSince }: OutageStatus): string {
  if (overBudget && overBudgetSince === null)
    return `was down for ${inWords((measuredSeconds ?? 0) * 1000)} as measured`;
  return closedSince === null
    ? `was closed to users for ${inWords(closedSeconds * 1000)}`
    : `is closed to users since ${clock(closedSince)}`;
}

function limits({ expectedSeconds, budgetSeconds, overBudgetSince }: OutageStatus): string {
  return [
    expectedSeconds === 0 ? 'not expected to close' : `expected ${roughly(expectedSeconds)}`,
    budgetSeconds === null ? 'no budget' : `budget ${limitInWords(budgetSeconds)}`,
    ...(overBudgetSince === null ? [] : [`used up at ${clock(overBudgetSince)}`]),
  ].join(', ');
}

function clock(instant: Instant): string {
  return `${instant.slice(11, 19)} UTC`;
}
