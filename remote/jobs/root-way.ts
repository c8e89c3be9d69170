import { SudoRefused } from './job-host-error';
import type { Transport } from '../ssh/transport';

/** The one path that sudo has to allow, when it does not allow everything. See `installJobCommand`. */
export const JOB_COMMAND = '/usr/local/sbin/openstack-upgrade-job';

/** How commands become root on a host: the user is root; or by that one path; or sudo allows any command. */
export type RootWay = 'root' | 'jobCommand' | 'sudo';

/** The sudoers rule to put into a file below /etc/sudoers.d. It is root: it buys one audited path, and a way to revoke it. */
export function sudoersLine(options: { readonly user: string }): string {
  return `${options.user} ALL=(root) NOPASSWD: ${JOB_COMMAND}`;
}

/**
 * Each way is tried, because no sentence of sudo tells it: they come in any language, and remarks come with them. `script`
 * (bsdutils, essential on Debian) has a terminal: with one alone it works where sudoers says requiretty. A shell that may
 * start no program of its own (`noexec`) reads as success in every other way.
 */
const LOOK = `
find_way() {
LC_ALL=C; export LC_ALL
echo
if [ "$(id -u)" = 0 ]; then echo way=root
elif [ "$(sudo -n ${JOB_COMMAND} version 2>/dev/null)" = 'openstack-upgrade-job 1' ]; then echo way=jobCommand
elif said=$(sudo -n sh -c /bin/true 2>&1); then echo way=sudo
elif sudo -n sh -c : >/dev/null 2>&1; then echo "way=noexec user=$(id -un)"
elif script -qec 'sudo -n sh -c :' /dev/null >/dev/null 2>&1 </dev/null; then echo "way=terminal user=$(id -un)"
else echo "way=none user=$(id -un) said=$said"
fi
}
find_way </dev/null`;

/** @throws TransportError, SudoRefused with a sentence for an operator */
export async function lookForRootWay(options: {
  readonly transport: Transport;
  readonly host: string;
  readonly signal?: AbortSignal;
}): Promise<RootWay> {
  const { transport, host, signal } = options;
  const { stdout, stderr } = await transport.exec({
    host,
    // Not as the command: a login shell may be csh or fish, which do not speak this language.
    command: 'exec sh -s',
    stdin: LOOK,
    deadlineSeconds: 60,
    ...(signal === undefined ? {} : { signal }),
  });
  const way = /^way=(root|jobCommand|sudo)$/m.exec(stdout)?.[1] as RootWay | undefined;
  if (way === undefined) throw new SudoRefused(explainNoWay({ host, stdout, stderr }));
  return way;
}

/** Everything that was said, in one line: which part of it is the reason, only a person can tell. */
export function allSaid(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim().replace(/^sudo: /, ''));
  return [...new Set(lines.filter(Boolean))].join('; ').slice(-400);
}

function explainNoWay(options: { host: string; stdout: string; stderr: string }): string {
  const { host, stdout, stderr } = options;
  const terminal = /^way=terminal user=(\S*)$/m.exec(stdout)?.[1];
  if (terminal !== undefined)
    return (
      `sudo on ${host} wants a terminal, which no program has, so nothing was done there. ` +
      `Put this line into a file below /etc/sudoers.d: Defaults:${terminal} !requiretty`
    );
  const shellOnly = /^way=noexec user=(\S*)$/m.exec(stdout)?.[1];
  if (shellOnly !== undefined)
    return (
      `sudo on ${host} gives ${shellOnly} a shell as root that may start no program, so nothing was done there. ` +
      `Put this line into a file below /etc/sudoers.d: Defaults:${shellOnly} !noexec`
    );
  const [, user = 'the user', said = ''] = /^way=none user=(\S*) said=([^]*)/m.exec(stdout) ?? [];
  const why = allSaid(said || stderr) || 'no answer from sudo';
  return (
    `${user} cannot become root on ${host} without a password: ${why}. Nothing was done there. ` +
    `Install ${JOB_COMMAND} there and allow it with this sudoers line: ${sudoersLine({ user })}`
  );
}
