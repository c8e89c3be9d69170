import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { network } from '../machine/hosts';
import { LabError } from '../machine/lab-error';
import { inBridgeNamespace } from '../machine/network';
import { labPlaces } from '../machine/places';
import { processesWith, until, waitForEnd } from '../machine/processes';

/** Serves the repositories on the bridge, unless that is done already. Outlives the caller. */
export async function servePackages(): Promise<void> {
  if (!packageServerRuns()) start();
  const answers = await until({
    seconds: 15,
    holds: async () => {
      const answer = await fetch(`http://${network.bridge}:${network.packagePort}/`).catch(() => null);
      return answer?.ok === true;
    },
  });
  if (!answers)
    throw new LabError(
      'The package server of the lab does not answer. Run npm run lab -- down, then npm run lab -- up.',
    );
}

export function packageServerRuns(): boolean {
  return processesWith(serverWords()).length > 0;
}

export async function stopPackageServer(): Promise<void> {
  for (const pid of processesWith(serverWords())) {
    process.kill(pid, 'SIGTERM');
    await waitForEnd({ pid, seconds: 10 });
  }
}

function start(): void {
  mkdirSync(labPlaces().logs, { recursive: true });
  const log = openSync(join(labPlaces().logs, 'package-server.log'), 'a');
  const [program = '', ...words] = inBridgeNamespace(['python3', ...serverWords()]);
  spawn(program, words, { detached: true, stdio: ['ignore', log, log] }).unref();
  closeSync(log);
}

function serverWords(): string[] {
  const { bridge, packagePort } = network;
  return ['-m', 'http.server', '--bind', bridge, '--directory', labPlaces().repositories, String(packagePort)];
}
