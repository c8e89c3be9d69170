/**
 * Takes secrets out of text that leaves a host: the password in a URL, and values of options that oslo.config and its
 * users call secret. Output of commands is shown to people and kept in history for years.
 */
export function redact(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@]+@/gi, '$1***@')
    .replaceAll(
      /\b((?:\w*(?:password|passwd|secret|token|encryption_key|connection|transport_url))\s*[=:]\s*)(?!\*\*\*)\S+/gi,
      '$1***',
    );
}
