import { spawnSync } from 'node:child_process';
import { findProgram } from '../machine/command';
import { whyImpossible } from '../machine/requirements';

/** The first reason why no Docker engine can be started here, or null. Starts and changes nothing. */
export function whyNoEngine(): string | null {
  const refusal = whyImpossible();
  if (refusal !== null) return refusal;
  for (const program of ['unshare', 'setpriv', 'nsenter', 'dpkg-deb'])
    if (findProgram(program) === null) return `${program} is missing. Install it: apt-get install util-linux dpkg`;
  const inside = 'mount -t tmpfs tmpfs /run && ip link set lo up';
  const tried = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', '--mount-proc', 'sh', '-c', inside], {
    encoding: 'utf8',
  });
  if (tried.status === 0) return null;
  return `This machine refuses namespaces or mounts (${tried.stderr.trim()}), and a Docker engine needs both.`;
}
