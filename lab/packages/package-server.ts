import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type AddressFamily, addressFamilies, bridgeAddress, packagePort } from '../machine/hosts';
import { LabError } from '../machine/lab-error';
import { inBridgeNamespace } from '../machine/network';
import { labPlaces } from '../machine/places';
import type { CloudShape } from './cloud-shape';
import { familyOf } from './oddities';
import { packageServerUrl } from './package-source';
import { processesWith, until, waitForEnd } from '../machine/processes';

/** Serves the repositories on the bridge, unless that is done already. Outlives the caller. */
export async function servePackages({ odd }: Pick<CloudShape, 'odd'>): Promise<void> {
  const family = familyOf(odd);
  if (processesWith(serverWords({ family, repositories: labPlaces().repositories })).length === 0) start(family);
  const answers = await until({
    seconds: 15,
    holds: async () => {
      const answer = await fetch(`${packageServerUrl({ odd })}/`).catch(() => null);
      return answer?.ok === true;
    },
  });
  if (!answers)
    throw new LabError(
      'The package server of the lab does not answer. Run npm run lab -- down, then npm run lab -- up.',
    );
}

export function packageServerRuns(): boolean {
  return serverProcesses(labPlaces().repositories).length > 0;
}

/** Default: of this lab. */
export async function stopPackageServer({ repositories } = labPlaces()): Promise<void> {
  for (const pid of serverProcesses(repositories)) {
    process.kill(pid, 'SIGTERM');
    await waitForEnd({ pid, seconds: 10 });
  }
}

function serverProcesses(repositories: string): number[] {
  return addressFamilies.flatMap((family) => processesWith(serverWords({ family, repositories })));
}

function start(family: AddressFamily): void {
  mkdirSync(labPlaces().logs, { recursive: true });
  const log = openSync(join(labPlaces().logs, 'package-server.log'), 'a');
  const [program = '', ...words] = inBridgeNamespace([
    'python3',
    ...serverWords({ family, repositories: labPlaces().repositories }),
  ]);
  spawn(program, words, { detached: true, stdio: ['ignore', log, log] }).unref();
  closeSync(log);
}

function serverWords(options: { family: AddressFamily; repositories: string }): string[] {
  const { family, repositories } = options;
  return ['-m', 'http.server', '--bind', bridgeAddress(family), '--directory', repositories, String(packagePort)];
}
