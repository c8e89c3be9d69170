import type { UpgradeClient } from './upgrade-client';
import { UpgradeError } from './upgrade-error';

/** A tired operator need not type the id of the only run there is; messages still name the gate. */
export async function whichRun(options: {
  upgrade: Pick<UpgradeClient, 'list'>;
  typed: string | undefined;
}): Promise<string> {
  const { upgrade, typed } = options;
  if (typed !== undefined) return typed;
  const open = (await upgrade.list()).map(({ workflowId }) => workflowId);
  const [only, ...others] = open;
  if (only === undefined) throw unnamed('No upgrade is open now. Name the run, as in cedar.all.full.bobcat.');
  if (others.length > 0) throw unnamed(`Several upgrades are open; name one: ${open.join(', ')}.`);
  return only;
}

function unnamed(message: string): UpgradeError {
  return new UpgradeError({ code: 'runAmbiguous', message });
}
