import type { RuleId } from '../../catalog/rules';
import type { Finding } from '../../schema/plan';

/** `id` says what and where: `disk-nearly-full@db1`. */
export function finding(options: {
  what: string;
  level: Finding['level'];
  host?: string;
  text: string;
  remedy: string;
  sources: readonly RuleId[];
}): Finding {
  const { what, level, host, text, remedy, sources } = options;
  return { id: host === undefined ? what : `${what}@${host}`, level, host: host ?? null, text, remedy, sources };
}

/** Blockers first, then warnings, then notes; within a level by id, so that the same cloud reads the same. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const rank: Record<Finding['level'], number> = { blocker: 0, warning: 1, note: 2 };
  return [...findings].sort((a, b) => rank[a.level] - rank[b.level] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
