import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { searchAttributes } from './server-flags';

/**
 * Waits until the server does everything a caller may ask for at once: the namespace is there, the search attributes are registered
 * (a start that carries an unknown one is rejected) and the web page answers.
 *
 * @param isGone says how the process ended, or undefined while it runs
 * @throws an Error when the process ends or the time is over; the caller adds the log
 */
export const waitUntilReady = async (options: {
  readonly address: string;
  readonly uiUrl: string;
  readonly isGone: () => string | undefined;
  readonly patienceSeconds: number;
}): Promise<void> => {
  const deadlineMs = performance.now() + options.patienceSeconds * 1000;
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) {
      const gone = options.isGone();
      if (gone !== undefined) throw new Error(`it ended with ${gone}`);
      if (performance.now() > deadlineMs) throw new Error(`${what} did not answer within ${options.patienceSeconds} s`);
      await sleep(25);
    }
  };
  // A plain socket first: a gRPC channel that found the port closed waits a second before it looks again.
  await until('its port', () => accepts(options.address));
  const connection = Connection.lazy({ address: options.address });
  try {
    await until('namespace default', () => knowsItsAttributes(connection));
  } finally {
    await connection.close();
  }
  await until('its web page', () => pageAnswers(options.uiUrl));
};

const accepts = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = address.split(':');
    const socket = connect({ host: host ?? '', port: Number(port) });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });

const knowsItsAttributes = async (connection: Connection): Promise<boolean> => {
  try {
    const known = await connection.withDeadline(Date.now() + 5_000, () =>
      connection.operatorService.listSearchAttributes({ namespace: 'default' }),
    );
    return searchAttributes.every((name) => name in known.customAttributes);
  } catch {
    return false;
  }
};

const pageAnswers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
};
