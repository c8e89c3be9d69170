import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../shell/sh';

/** Where jobs live on a host. Local and persistent: never /tmp, /run or NFS, which forget or lie. */
export const DEFAULT_BASE = '/var/lib/openstack-upgrade';

/** durable-job.sh as it is put on hosts, under a name that is its content. */
export interface SupervisorProgram {
  readonly content: string;
  readonly sha256: string;
  readonly pathOnHost: string;
}

export function supervisorProgram(options: { readonly base: string }): SupervisorProgram {
  const content = readFileSync(join(__dirname, 'durable-job.sh'), 'utf8');
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { content, sha256, pathOnHost: `${options.base}/bin/durable-job-${sha256}.sh` };
}

/** Without one of these the supervisor would guess: a missing flock, for one, looks like a lock that is always held. */
const TOOLS = 'flock setsid sha256sum stat dd ln mv cp rm mkdir sync head tail tr date sleep grep cat id';

/** $1 base, $2 hash, $3 length, $4 target, $5 look|upload. */
const PUBLISH = `
umask 077; LC_ALL=C; PATH=$PATH:/usr/sbin:/sbin; export LC_ALL PATH
for tool in ${TOOLS}; do command -v "$tool" >/dev/null || missing="\${missing:-} $tool"; done
[ -z "\${missing:-}" ] || { echo "missing $missing"; exit 0; }
[ -r /proc/1/stat ] && [ -r /proc/sys/kernel/random/boot_id ] || { echo "missing a readable /proc"; exit 0; }
[ -s "$4" ] && { echo published; exit 0; }
[ "$5" = upload ] || { echo wanted; exit 0; }
mkdir -p "$1/bin" && head -c "$3" >"$4.$$" || exit 74
sum=$(sha256sum <"$4.$$"); [ "\${sum%% *}" = "$2" ] || { rm -f "$4.$$"; echo cut; exit 0; }
rm -f "$4.probe"; ln "$4.$$" "$4.probe" || { echo "missing hard links on the filesystem of $1"; exit 0; }
rm -f "$4.probe"
sync "$4.$$" && mv -T "$4.$$" "$4" && sync "$1/bin" "$1" && echo published`;

/**
 * Looks whether the host can keep the promise and has the program; `upload` puts it there (content on stdin). Prints
 * `root yes|no`, then `published`, `wanted` (it is not there), `cut` (the upload was incomplete) or `missing ...`.
 */
export function publishCommand(options: {
  readonly base: string;
  readonly program: SupervisorProgram;
  readonly mode: 'look' | 'upload';
}): string {
  const { base, program, mode } = options;
  const length = String(Buffer.byteLength(program.content));
  const words = [base, program.sha256, length, program.pathOnHost, mode].map(quote);
  const run = `sh -c ${quote(PUBLISH)} sh ${words.join(' ')}`;
  return `if [ "$(id -u)" = 0 ]; then echo 'root yes'; exec ${run}; else echo 'root no'; exec sudo -n ${run}; fi`;
}

/** A verb of the program as a command for the login shell. All verbs run as root, by sudo where the user is not. */
export function verbCommand(options: {
  readonly program: SupervisorProgram;
  readonly isRoot: boolean;
  readonly words: readonly (string | number)[];
}): string {
  const words = ['sh', options.program.pathOnHost, ...options.words].map((word) => quote(String(word)));
  return `exec ${options.isRoot ? '' : 'sudo -n '}${words.join(' ')}`;
}
