import { placeOf, type RemoteHost } from './transport';

/** Sentences for a connection that was not made: the same whichever client speaks SSH. `said`: its own words. */
export function notReached(options: { readonly host: RemoteHost; readonly said: string }): string {
  return `Cannot connect to ${placeOf(options.host)}: ${options.said}. Nothing was sent on this connection. Check that the host is up and that its sshd listens on that port.`;
}

export function hungUp(options: { readonly host: RemoteHost; readonly said: string }): string {
  return `${placeOf(options.host)} closed the connection before the login: ${options.said}. Nothing was sent. Too many logins at the same time (sshd's MaxStartups), or the host blocks this address for some time (PerSourcePenalties). Its sshd log says which.`;
}

export function notLetIn(host: RemoteHost): string {
  const { name, user, identityFile, configFile } = host;
  const key = identityFile === undefined ? `the keys that ${configFile ?? 'ssh'} offers` : `the key ${identityFile}`;
  return `${placeOf(host)} refused the login of ${user} with ${key}. Nothing was sent. Add the public key to ~${user}/.ssh/authorized_keys on ${name}; the sshd log there says why it refused.`;
}

/** ssh2 has neither certificates nor post-quantum key exchange; OpenSSH's own client has both. */
export function noCommonGround(options: { readonly host: RemoteHost; readonly said: string }): string {
  return `${placeOf(options.host)} and the built-in SSH client support no common algorithm: ${options.said}. Nothing was sent. Use the OpenSSH client for this cloud (\`client: openssh\` below ssh in its cloud file), or allow an algorithm of the built-in client on the host.`;
}
