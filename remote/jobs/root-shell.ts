import { createHash } from 'node:crypto';
import { quote } from '../../shell/sh';
import type { ExecOptions, ExecResult, Transport } from '../ssh/transport';
import { SudoRefused } from './job-host-error';
import { allSaid, JOB_COMMAND, lookForRootWay, type RootWay } from './root-way';

/** The words of a command, once it is known how one becomes root on the host. */
export type RootWords = (way: RootWay) => readonly (string | number)[];

export interface ScriptRequest extends Pick<ExecOptions, 'host' | 'deadlineSeconds' | 'signal' | 'maxOutputBytes'> {
  readonly script: string;
  readonly environment?: Readonly<Record<string, string>>;
}

interface WordsRequest extends Omit<ExecOptions, 'command'> {
  readonly words: RootWords;
}

/**
 * Runs commands as root on the hosts of one transport. It finds out how one becomes root on a host, once, and again
 * after a refusal or `forget`. Everything rejects with TransportError or SudoRefused.
 */
export interface RootShell {
  /**
   * Runs a read-only or idempotent script, its text on stdin. What must start at most once is a job instead. Both streams
   * of the result begin where the script begins.
   */
  run(request: ScriptRequest): Promise<ExecResult>;
  /** Runs words of a program that has answers of its own: what sudo says comes back as it is, and is theirs to judge. */
  exec(request: WordsRequest): Promise<ExecResult>;
  wayTo(place: Pick<ExecOptions, 'host' | 'signal'>): Promise<RootWay>;
  /** The host's rules may have changed. */
  forget(host: string): void;
}

export function createRootShell(options: { readonly transport: Transport }): RootShell {
  const { transport } = options;
  const found = new Map<string, RootWay>();

  const wayTo: RootShell['wayTo'] = async ({ host, signal }) => {
    const known = found.get(host);
    if (known !== undefined) return known;
    const way = await lookForRootWay({ transport, host, ...(signal === undefined ? {} : { signal }) });
    found.set(host, way);
    return way;
  };
  const execBy = ({ way, words, ...request }: WordsRequest & { way: RootWay }): Promise<ExecResult> =>
    transport.exec({ ...request, command: rootCommand({ way, words: words(way) }) });
  return {
    wayTo,
    exec: async (request) => execBy({ ...request, way: await wayTo(request) }),
    forget: (host) => void found.delete(host),
    async run({ script, environment = {}, ...request }) {
      const { host } = request;
      const way = await wayTo(request);
      const text = wholeScript({ script, environment });
      const result = await execBy({ ...request, way, stdin: text, words: shellWords(text) });
      const own = { ...result, stdout: afterMark(result.stdout), stderr: afterMark(result.stderr) ?? '' };
      if (own.stdout !== null) return { ...own, stdout: own.stdout };
      if (way === 'root') return result;
      found.delete(host); // the rules were changed while we worked
      throw new SudoRefused(
        `${host}: sudo did not run the command: ${allSaid(result.stderr) || `exit code ${String(result.exitCode)}`}`,
      );
    },
  };
}

/** First words of every script, on both streams. */
const mark = '@@openstack-upgrade-begins';

/**
 * What the script itself printed: a login shell speaks before (`.bashrc`), and sudo has remarks. Null: the script did not
 * begin, so nobody became root; no sentence of sudo tells that, in any language.
 */
function afterMark(text: string): string | null {
  const at = text.indexOf(`${mark}\n`);
  return at < 0 ? null : text.slice(at + mark.length + 1);
}

/** Words as a command for the login shell. */
function rootCommand(options: { readonly way: RootWay; readonly words: readonly (string | number)[] }): string {
  const words = options.words.map((word) => quote(String(word))).join(' ');
  return `exec ${options.way === 'root' ? '' : 'sudo -n '}${words}`;
}

/**
 * Programs of administrators are found as well: the PATH of a user has none of their folders, and sudo keeps it where sudoers sets no
 * secure_path. Read whole before anything runs: a connection cut in the middle of the text runs nothing at all.
 */
function wholeScript(options: { script: string; environment: Readonly<Record<string, string>> }): string {
  const exports = Object.entries(options.environment).map(([key, value]) => `export ${key}=${quote(value)}\n`);
  return `main() {\necho ${mark}; echo ${mark} >&2\nPATH=$PATH:/usr/sbin:/sbin; export PATH\n${exports.join('')}${options.script}\n}\nmain </dev/null\nexit $?\n`;
}

/** The one path is told what it will read, so that its log line and sudo's name the very script. */
function shellWords(text: string): RootWords {
  return (way) =>
    way === 'jobCommand'
      ? [JOB_COMMAND, 'read', Buffer.byteLength(text), createHash('sha256').update(text).digest('hex')]
      : ['sh', '-s'];
}
