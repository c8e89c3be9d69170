import { hungUp, notLetIn, notReached } from './connect-failure';
import { placeOf, TransportError, type RemoteHost, type TransportErrorKind } from './transport';

/** What ssh complains with, from the surest to the vaguest. What it says last decides nothing: it says more than once. */
const COMPLAINTS: readonly { readonly kind: 'hostKey' | 'auth' | 'openFailed'; readonly text: RegExp }[] = [
  { kind: 'hostKey', text: /Host key verification failed|host key is known for|host certificate/i },
  {
    kind: 'auth',
    text: /Permission denied \(|Too many authentication failures|Authentication failed|UNPROTECTED PRIVATE KEY/i,
  },
  { kind: 'openFailed', text: /kex_exchange_identification|banner|Connection (closed|reset) by/ },
];

/**
 * Why a master did not come up, from ssh's own words. A login that failed has sent no command, whatever the words: a
 * wrong guess here gives a worse sentence and another pause, never a second run.
 */
export function masterFailure(options: {
  readonly host: RemoteHost;
  readonly jumpName: string | null;
  readonly seconds: number;
  readonly said: string;
}): TransportError {
  const { host, jumpName, seconds } = options;
  const said = summary(options.said) || `no login within ${String(seconds)} seconds`;
  const kind = kindOf({ said: options.said, jumpName });
  return new TransportError({ kind, host: host.name, sent: false, text: explain({ kind, host, jumpName, said }) });
}

function kindOf(options: { readonly said: string; readonly jumpName: string | null }): TransportErrorKind {
  // The jump host's refusal to forward ends our connection as well, which would read as the host hanging up.
  if (options.jumpName !== null && /forwarding (request )?failed|open failed/.test(options.said)) return 'unreachable';
  return COMPLAINTS.find(({ text }) => text.test(options.said))?.kind ?? 'unreachable';
}

function explain(options: {
  readonly kind: TransportErrorKind;
  readonly host: RemoteHost;
  readonly jumpName: string | null;
  readonly said: string;
}): string {
  const { kind, host, jumpName, said } = options;
  if (kind === 'hostKey')
    return `${placeOf(host)}: ssh refused its host key: ${said}. Nothing was sent. Compare it with \`ssh-keygen -lf /etc/ssh/ssh_host_<type>_key.pub\` on the host's own console. If both are equal, correct ${host.knownHostsFile}.`;
  if (kind === 'auth') return `${notLetIn(host)} (ssh: ${said})`;
  if (kind === 'openFailed') return hungUp({ host, said });
  return notReached({ host, said: jumpName === null ? said : `through ${jumpName}: ${said}` });
}

/** ssh's warnings come in frames of "@" with a paragraph of advice: what is left is what it found. */
function summary(said: string): string {
  return said
    .split('\n')
    .map((line) => line.trim().replace(/\.$/, ''))
    .filter(
      (line) =>
        line !== '' &&
        !/^@|^IT IS POSSIBLE|^Someone could|^It is also|^Please contact|^Add correct|remove with|^ssh-keygen/.test(
          line,
        ),
    )
    .join('; ')
    .slice(0, 600);
}
