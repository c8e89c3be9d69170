#!/usr/bin/env node
import { CommanderError } from 'commander';
import { withFlags } from '../connection/flags';
import { upgradeProgram } from './commands';
import { errorCodes } from './error-codes';
import { exitCodes } from './exit-codes';
import { UpgradeError } from './upgrade-error';

/** `openstack-upgrade`, in a checkout `npm run upgrade -- ...` */
const program = upgradeProgram(async (act) => {
  const { atDesk } = await import('./desk.js');
  await atDesk({ env: withFlags({ env: process.env, program }), json: isJson(), act });
});

function isJson(): boolean {
  return program.opts<{ json?: true }>().json === true;
}

/** One sentence for a person; for a program one object on standard error, so that standard output is only results. */
function sayError(error: unknown): void {
  if (error instanceof CommanderError) {
    // Commander has printed its sentence; help and version end well.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return;
  }
  const known = error instanceof UpgradeError;
  process.exitCode = known ? exitCodes[errorCodes[error.code].exit] : exitCodes.failed;
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  if (!isJson()) process.stderr.write(`${known ? message : stack}\n`);
  else {
    const told = known
      ? { code: error.code, message, retryable: error.retryable, workflowId: error.workflowId }
      : { code: 'internal', message, retryable: false, stack };
    process.stderr.write(`${JSON.stringify({ schemaVersion: 1, error: told })}\n`);
  }
}

program.parseAsync().catch(sayError);
