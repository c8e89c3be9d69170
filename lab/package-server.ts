import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { network } from './hosts';
import { LabError } from './lab-error';
import { inBridgeNamespace } from './network';
import { labPlaces } from './places';
import { runsWith, until } from './processes';

/** Serves the repositories on the bridge; returns its process id. Outlives the caller. */
export async function servePackages(): Promise<number> {
  const log = openSync(join(labPlaces().logs, 'package-server.log'), 'a');
  const [program = '', ...words] = inBridgeNamespace([
    'python3',
    '-m',
    'http.server',
    '--bind',
    network.bridge,
    '--directory',
    labPlaces().repositories,
    String(network.packagePort),
  ]);
  const child = spawn(program, words, { detached: true, stdio: ['ignore', log, log] });
  child.unref();
  closeSync(log);
  const answers = await until({
    seconds: 15,
    holds: async () => {
      const answer = await fetch(`http://${network.bridge}:${network.packagePort}/`).catch(() => null);
      return answer?.ok === true;
    },
  });
  if (child.pid === undefined || !answers) throw new LabError('the package server of the lab does not answer');
  return child.pid;
}

export function packageServerRuns(pid: number | null): boolean {
  return pid !== null && runsWith({ pid, word: labPlaces().repositories });
}
