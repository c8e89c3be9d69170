import { placeOf, type RemoteHost } from './transport';

/** Sentences for a connection that was not made: the same whichever client speaks SSH. `said`: its own words. */
export function notReached(options: { readonly host: RemoteHost; readonly said: string }): string {
  return `Cannot connect to ${placeOf(options.host)}: ${options.said}. Nothing was sent on this connection. Look whether the host is up and its sshd answers on that port.`;
}

export function hungUp(options: { readonly host: RemoteHost; readonly said: string }): string {
  return `${placeOf(options.host)} took the connection and ended it before the login: ${options.said}. Nothing was sent. Either too many log in at once (sshd's MaxStartups), or the host shuts this address out for a while (PerSourcePenalties); its sshd log says which.`;
}

export function notLetIn(host: RemoteHost): string {
  const { name, user, identityFile, configFile } = host;
  const key = identityFile === undefined ? `what ${configFile ?? 'ssh'} offers` : `the key ${identityFile}`;
  return `${placeOf(host)} does not let ${user} in with ${key}. Put its public half into ~${user}/.ssh/authorized_keys on ${name}; sshd's own log there says why it refused.`;
}

/** ssh2 has neither certificates nor post-quantum key exchange; OpenSSH's own client has both. */
export function noCommonGround(options: { readonly host: RemoteHost; readonly said: string }): string {
  return `${placeOf(options.host)} and the built-in SSH client found no common ground: ${options.said}. Nothing was sent. Let this cloud use OpenSSH's own client (\`client: openssh\` below ssh in its cloud file), or allow one of the built-in client's algorithms on the host.`;
}
