import type { UpgradeError } from './upgrade-error';

/** What somebody who waits is told: for whom, and why. */
export function waitingFor(error: UpgradeError): string {
  return `Waiting for ${whom(error)}. ${error.message}`;
}

function whom({ code }: UpgradeError): string {
  return code === 'noWorker' || code === 'runNotReady' ? 'a worker' : 'the Temporal server';
}

/** The same of a task queue that nobody polls. */
export function withoutWorker({ name }: { readonly name: string }): string {
  return `Waiting for a worker. None polls task queue ${name}. The run itself waits; start a worker.`;
}

export const answersAgain = 'Server and worker answer again.';
