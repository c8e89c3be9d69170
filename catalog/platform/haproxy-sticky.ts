import type { Section } from './haproxy-config';

/**
 * Back ends that remember which server a client had, or name the server by a rule. To drain a server takes new clients away from it, and not
 * these: it gets their requests until it is down (configuration manual, `cookie`, `stick on`, `use-server`, `option persist`).
 */
export function stickyBackends(sections: readonly Section[]): string[] {
  return sections
    .filter(({ kind }) => kind === 'backend' || kind === 'listen')
    .filter(({ lines }) => lines.some(pinsByRule) || pinsByCookie(lines))
    .map(({ name }) => name);
}

function pinsByRule([word, second = '']: readonly string[]): boolean {
  switch (word) {
    case 'use-server':
    case 'force-persist':
      return true;
    case 'stick':
      return second === 'on' || second === 'match';
    case 'option':
      return second === 'persist';
    default:
      return false;
  }
}

/** `cookie` in a back end does nothing to servers that have no value of their own. */
function pinsByCookie(lines: Section['lines']): boolean {
  return (
    lines.some(([word]) => word === 'cookie') &&
    lines.some(
      ([word, ...words]) => /^(server|server-template|default-server)$/.test(word ?? '') && words.includes('cookie'),
    )
  );
}
