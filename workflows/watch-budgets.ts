import { condition } from '@temporalio/workflow';
import { now, type Desk } from './desk/desk';

/**
 * Redraws the page when the outages of a service have used its budget up: nothing else would wake the run in that moment. Sets no timer
 * where no service has a budget, as in runs that an earlier worker planned. Call what it returns at the end.
 */
export function watchBudgets(desk: Desk): () => Promise<void> {
  let ended = false;
  const watching = follow({ desk, ended: () => ended });
  return async () => {
    ended = true;
    await watching;
  };
}

async function follow(options: { desk: Desk; ended: () => boolean }): Promise<void> {
  const { desk, ended } = options;
  while (!ended()) {
    const at = nextUsedUp(desk);
    const changed = (): boolean => ended() || nextUsedUp(desk) !== at;
    if (at === null) {
      await condition(changed);
      continue;
    }
    const isChanged = await condition(changed, Math.max(1, Date.parse(at) - Date.parse(now())));
    if (!isChanged) desk.tell({});
  }
}

/** The first moment to come in which an outage that lasts uses a budget up. */
function nextUsedUp(desk: Desk): string | null {
  const time = now();
  const coming = desk.budgetsUsedUp().filter((at) => at > time);
  return coming.sort()[0] ?? null;
}
