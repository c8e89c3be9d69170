import { errorCodes } from '../../client/error-codes';
import { exitCodes } from '../../client/exit-codes';

/** The table of docs/client.md: one line a code, as the client's own data says it. */
export function errorTable(): string {
  const rows = Object.entries(errorCodes).map(([code, { meaning, retryable, exit }]) =>
    `| \`${code}\` | ${meaning} | ${retryable ? 'yes' : ''} | ${exitCodes[exit]} |`.replace('|  |', '| |'),
  );
  return ['| code | meaning | retryable | exit code |', '|---|---|---|---|', ...rows].join('\n');
}
