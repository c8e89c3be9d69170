/**
 * Takes secrets out of text that leaves a host. Output of commands is shown to people and kept in history for years. A
 * secret is recognised by where it stands; in doubt more is taken away than needed.
 */
export function redact(text: string): string {
  return rules.reduce((done, rule) => rule(done), text);
}

const hidden = '***';

/** Names of options, variables and headers whose value is a secret, as oslo.config and its users call them. */
const secretName = String.raw`[\w-]*(?:password|passwd|passphrase|\wpass|secret|token|(?:encryption|secret|private|api|access)_?key|_pwd|_pw|bindpw|transport_url|sst_auth)`;

const rules: readonly ((text: string) => string)[] = [
  // A key of which only the end, or only the middle, is left.
  (text) => text.replace(/^(?:(?!-----BEGIN)[^])*?(?=-----END [A-Z ]*PRIVATE KEY-----)/, `${hidden}\n`),
  (text) => text.replaceAll(/^(?:[A-Za-z0-9+/]{64,76}\n){2,}/gm, `${hidden}\n`),
  (text) => text.replaceAll(/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^]*?(-----END|$)/g, `$1${hidden}$2`),
  (text) =>
    text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)([^\s"'<>]*)@/gi, (_, scheme: string, before: string) =>
      urlOf(scheme, before),
    ),
  // Cut off before its @: what follows a name and a colon at the very end is a password, unless it is a port.
  (text) => text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@[\]]+:)(?!\d{1,5}(?:[/,?#]|$)|\*\*\*)\S*$/i, `$1${hidden}`),
  // `"password": "..."` in JSON, also in JSON that is a string of JSON, and `'password': '...'` of Python.
  (text) =>
    text.replaceAll(
      new RegExp(
        String.raw`((\\*)(["'])(?:${secretName}|pass|pw)\2\3\s*:\s*[bu]?\2(["']))(?:(?!\2\4)[^\n]|(?<=\\)["'])*`,
        'gi',
      ),
      `$1${hidden}`,
    ),
  // A line of a configuration file: the value ends where the line ends, whatever stands in it.
  (text) => text.replaceAll(new RegExp(String.raw`^(\s*${secretName}\s*=\s*)(?!\*\*\*|\s).+$`, 'gim'), `$1${hidden}`),
  (text) => text.replaceAll(new RegExp(String.raw`(\b${secretName}\s*[=:]\s*)(?![*\s"'\\])\S+`, 'gi'), `$1${hidden}`),
  (text) =>
    text.replaceAll(new RegExp(String.raw`(\b${secretName}\s*[=:]\s*)(["'])(?!\*\*\*).*?\2`, 'gi'), `$1$2${hidden}$2`),
  (text) => text.replaceAll(/(\bconnection\s*=\s*)(?!\*\*\*)\S+/gi, `$1${hidden}`),
  (text) => text.replaceAll(/(--(?:password|token|secret)\s+)(?!\*\*\*)\S+/gi, `$1${hidden}`),
  // Arguments of programs that have letters of their own for it.
  (text) =>
    text.replaceAll(
      /(\bcurl\b[^\n]*?\s(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"']+:)(?!\*\*\*)[^\s"']+/gi,
      `$1${hidden}`,
    ),
  (text) => text.replaceAll(/(\b(?:mysql|mariadb)[\w-]*\b[^\n]*?\s-p)(?!\*\*\*|\s)\S+/g, `$1${hidden}`),
  (text) => text.replaceAll(/(\bsshpass\s+-p\s*)(?!\*\*\*)\S+/g, `$1${hidden}`),
  (text) =>
    text.replaceAll(
      /(\b(?:insecure-password|requirepass|masterauth|stats\s+auth\s+[^\s:]+:)\s*)(?!\*\*\*)\S+/gi,
      `$1${hidden}`,
    ),
  (text) => text.replaceAll(new RegExp(String.raw`(<${secretName}>)[^<]+`, 'gi'), `$1${hidden}`),
  (text) => text.replaceAll(/(\bIDENTIFIED\b[^\n']*\b(?:BY|AS|USING)\s+(?:PASSWORD\s+)?')[^'\n]*/gi, `$1${hidden}`),
  (text) => text.replaceAll(/(\bAuthorization["']?\s*[:=]\s*[bu]?["']?\w+\s+)(?!\*\*\*)[^\s"',}]+/gi, `$1${hidden}`),
  (text) => text.replaceAll(/\bgAAAA[\w-]{40,}={0,2}/g, hidden), // a Fernet token, wherever it stands
  (text) => text.replaceAll(/\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*/g, hidden), // a JSON Web Token
];

/**
 * The text before the last `@` of a URL, its passwords hidden. Passwords may hold `@`, `/`, `,` and `:`, so hosts are
 * shown only where each of several has the same user: else the text could be one password.
 */
function urlOf(scheme: string, before: string): string {
  const [user = '', ...rest] = before.split(':');
  if (rest.length === 0) return /https?:\/\/$/i.test(scheme) ? `${scheme}${hidden}@` : `${scheme}${before}@`;
  const parts = before.split(',');
  const several = parts.every((part) => part.startsWith(`${user}:`));
  if (!several) return `${scheme}${user}:${hidden}@`;
  const hosts = parts.slice(0, -1).map((part) => `${user}:${hidden}@${part.slice(part.lastIndexOf('@') + 1)},`);
  return `${scheme}${hosts.join('')}${user}:${hidden}@`;
}
