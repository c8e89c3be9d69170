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

const LOOK = `
if [ "$(id -u)" = 0 ]; then echo way=root
elif [ "$(sudo -n ${JOB_COMMAND} version 2>/dev/null)" = 'openstack-upgrade-job 1' ]; then echo way=jobCommand
elif said=$(sudo -n sh -c : 2>&1); then echo way=sudo
else echo "way=none user=$(id -un) said=$said"
fi`;

/** @throws TransportError, SudoRefused with a sentence for an operator */
export async function lookForRootWay(options: {
  readonly transport: Transport;
  readonly host: string;
  readonly signal?: AbortSignal;
}): Promise<RootWay> {
  const { transport, host, signal } = options;
  const { stdout, stderr } = await transport.exec({
    host,
    command: LOOK,
    deadlineSeconds: 60,
    ...(signal === undefined ? {} : { signal }),
  });
  const way = /^way=(root|jobCommand|sudo)$/m.exec(stdout)?.[1] as RootWay | undefined;
  if (way === undefined) throw new SudoRefused(explainNoWay({ host, stdout, stderr }));
  return way;
}

/** What sudo says when it refuses; null: it does not. That it cannot resolve the host's own name is only a remark of it. */
export function sudoRefusal(stderr: string): string | null {
  return /^sudo: (?!unable to resolve host )(.*)/m.exec(stderr)?.[1] ?? null;
}

function explainNoWay(options: { host: string; stdout: string; stderr: string }): string {
  const { host, stdout, stderr } = options;
  const [, user = 'the user', said = ''] = /^way=none user=(\S*) said=([^]*)/m.exec(stdout) ?? [];
  const why = sudoRefusal(said) ?? ((said || stderr).trim() || 'no answer from sudo');
  return (
    `${user} cannot become root on ${host} without a password: ${why}. Nothing was done there. ` +
    `Install ${JOB_COMMAND} there and allow it with this sudoers line: ${sudoersLine({ user })}`
  );
}
