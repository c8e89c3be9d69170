import { quote } from '../../shell/sh';
import { linesFor, lookupName, type KnownHostLine } from './known-hosts';
import type { ConnectionTimes } from './ssh-client';
import type { RemoteHost } from './transport';

/** Unwatched, a master ends after this. While the worker lives it holds a connection to the control socket. */
const PERSIST_SECONDS = 10;

/**
 * A client that cannot use the master connects by itself instead, without a word. This ends it there: a command goes
 * over the one verified connection or nowhere.
 */
const NO_CONNECTION_OF_ITS_OWN = ['-o', 'ControlMaster=no', '-o', 'ProxyCommand=false'];

/** Files of one master, on the worker's machine. */
export interface MasterFiles {
  readonly socket: string;
  readonly log: string;
}

/**
 * `ssh` for a host's master: it verifies, logs in, goes to the background and waits for commands. What stands here wins
 * over the host's `configFile`, so that no file can turn the verification off or start something on the host.
 */
export function masterArguments(options: {
  readonly host: RemoteHost;
  readonly times: ConnectionTimes;
  readonly files: MasterFiles;
  readonly knownHosts: readonly KnownHostLine[];
  readonly proxyCommand: string | null;
}): string[] {
  const { host, times, files, proxyCommand } = options;
  const alias = hostKeyAlias({ host, lines: options.knownHosts });
  return [
    ...['-F', host.configFile ?? 'none', '-E', files.log],
    ...['-f', '-N', '-T', '-M', '-o', `ControlPath=${word(files.socket)}`],
    ...['-o', `ControlPersist=${String(PERSIST_SECONDS)}`],
    ...['-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR'],
    ...['-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${word(host.knownHostsFile)}`],
    ...['-o', 'GlobalKnownHostsFile=/dev/null', '-o', 'VerifyHostKeyDNS=no', '-o', 'UpdateHostKeys=no'],
    ...['-o', 'CheckHostIP=no', ...(alias === null ? [] : ['-o', `HostKeyAlias=${alias}`])],
    ...['-o', `ConnectTimeout=${wholeSeconds(times.connectSeconds)}`, '-o', 'ConnectionAttempts=1'],
    ...['-o', `ServerAliveInterval=${wholeSeconds(times.keepaliveSeconds)}`],
    ...['-o', `ServerAliveCountMax=${String(times.keepaliveMisses)}`],
    ...['-o', 'ForwardAgent=no', '-o', 'ForwardX11=no', '-o', 'ClearAllForwardings=yes', '-o', 'Tunnel=no'],
    ...['-o', 'PermitLocalCommand=no', '-o', 'RemoteCommand=none'],
    ...identity(host),
    ...(proxyCommand === null ? [] : ['-o', `ProxyCommand=${proxyCommand}`]),
    ...['-o', `HostName=${host.address}`, '-p', String(host.port), '-l', host.user, '--', host.name],
  ];
}

/** `ssh` for one command over a master. Its own complaints go to `log`: stderr is the command's alone. */
export function commandArguments(options: {
  readonly host: string;
  readonly socket: string;
  readonly log: string;
  readonly command: string;
}): string[] {
  const { host, log, command } = options;
  return [...overMaster(options), '-E', log, '-o', 'LogLevel=ERROR', '-T', '-x', '-a', '--', host, command];
}

/** `ssh` that tells a master to go. */
export function exitArguments(options: { readonly socket: string }): string[] {
  return [...overMaster(options), '-O', 'exit', '--', 'master'];
}

/** Shell text that reaches a host's port through the master of its jump host. */
export function proxyCommand(options: {
  readonly program: string;
  readonly jumpName: string;
  readonly jumpSocket: string;
  readonly log: string;
  readonly host: RemoteHost;
}): string {
  const { program, jumpName, jumpSocket, log, host } = options;
  const address = host.address.includes(':') ? `[${host.address}]` : host.address;
  const words = [program, ...overMaster({ socket: jumpSocket }), '-E', log, '-W'];
  return [...words, `${address}:${String(host.port)}`, '--', jumpName].map(quote).join(' ').replaceAll('%', '%%');
}

/**
 * The command in a shell of its own, watched by the login shell. ssh says 255 for a command's own 255, for a command that
 * a signal ended, and for every trouble of its own: so the watching shell turns a signal into 128 + n, and vouches for a
 * real 255 with a line that only it knows.
 */
export function watched(options: { readonly command: string; readonly mark: string }): string {
  return `"\${SHELL:-sh}" -c ${quote(options.command)}; status=$?; [ $status -ne 255 ] || echo ${options.mark} >&2; exit $status`;
}

function overMaster(options: { readonly socket: string }): string[] {
  return ['-F', 'none', '-o', `ControlPath=${word(options.socket)}`, ...NO_CONNECTION_OF_ITS_OWN];
}

/** Without a config file the one key is all there is: an agent's many keys would use up the host's MaxAuthTries. */
function identity(host: RemoteHost): string[] {
  if (host.identityFile === undefined) return [];
  const only = host.configFile === undefined ? ['-o', 'IdentitiesOnly=yes'] : [];
  return [...only, '-o', `IdentityFile=${word(host.identityFile)}`];
}

/** ssh looks a host up by its address. Where only the cloud file's name is in known_hosts, it has to be told. */
function hostKeyAlias(options: { readonly host: RemoteHost; readonly lines: readonly KnownHostLine[] }): string | null {
  const { host, lines } = options;
  const named = (address: string): string => lookupName({ address, port: host.port });
  const isTrusted = (name: string): boolean =>
    linesFor({ lines, names: [name] }).some(({ marker }) => marker !== 'revoked');
  return !isTrusted(named(host.address)) && isTrusted(named(host.name)) ? named(host.name) : null;
}

/** A path as ssh_config(5) reads one: quoted, `%` doubled. */
function word(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&').replaceAll('%', '%%')}"`;
}

/** ssh counts whole seconds, and takes 0 for never. */
function wholeSeconds(seconds: number): string {
  return String(Math.max(1, Math.ceil(seconds)));
}
