import './lab-own-network';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf, type HostName } from '../../lab';
import { onHost } from './upgrade-rig';

/** The site of the same Apache that is no part of the upgrade, asked by somebody who is patient. */
export interface StatusPage {
  readonly asked: number;
  readonly failed: number;
  readonly longestMilliseconds: number;
}

/** Asks the page of each host ten times a second until `stop` is called, which tells what came of it. */
export function watchStatusPages(hosts: readonly HostName[]): { readonly stop: () => Promise<StatusPage[]> } {
  const end = new AbortController();
  const watched = hosts.map((host) => watch({ host, end: end.signal }));
  return {
    stop: () => {
      end.abort();
      return Promise.all(watched);
    },
  };
}

async function watch({ host, end }: { host: HostName; end: AbortSignal }): Promise<StatusPage> {
  const answers: { ok: boolean; milliseconds: number }[] = [];
  while (!end.aborted) {
    const start = performance.now();
    const text = await fetch(`http://${addressOf(host)}:8088/`, {
      headers: { Connection: 'close' },
      signal: AbortSignal.timeout(20_000),
    })
      .then((answer) => answer.text())
      .catch(() => '');
    answers.push({ ok: text === 'all is well\n', milliseconds: performance.now() - start });
    await sleep(100);
  }
  return {
    asked: answers.length,
    failed: answers.filter(({ ok }) => !ok).length,
    longestMilliseconds: Math.round(Math.max(...answers.map(({ milliseconds }) => milliseconds))),
  };
}

/** How Apache has the site, byte for byte and in its own words, and whether the run has left anything. */
export async function siteState(host: HostName): Promise<string> {
  return onHost({
    host,
    command: `a2query -s | sort; stat -c '%N %Y' /etc/apache2/sites-enabled/*; sha256sum /etc/apache2/sites-available/*
      find /var/lib/openstack-upgrade/closed-sites /var/lib/openstack-upgrade/locks 2>/dev/null -type f -o -type l
      ls -A /etc/apache2/sites-enabled`,
  });
}

/** Since its start: how often Apache read its configuration again, and which process it is. */
export async function apacheLife(host: HostName): Promise<{ reloads: number; process: string }> {
  const command = `cat /var/log/apache2/error.log.1 /var/log/apache2/error.log 2>/dev/null | grep -c AH00493; systemctl show -p MainPID,NRestarts,ExecMainStartTimestampMonotonic apache2`;
  const [reloads = '', ...process] = (await onHost({ host, command })).split('\n');
  return { reloads: Number(reloads), process: process.join(' ') };
}
