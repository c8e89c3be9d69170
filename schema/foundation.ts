import type { Effect } from './effect';
import type { Change, CommandStep } from './plan';

/**
 * Whether later steps rest on this one, and on what: without the dump, the silence, the schema or the packages, everything that
 * follows does harm. Such a step is never skipped, and nobody's word alone makes it done (R-OPS-55, R-OPS-61, R-OPS-63).
 */
export type Foundation = 'restore point' | 'silence' | 'schema' | 'restored schema' | 'code';

export function foundationOf(step: CommandStep): Foundation | null {
  switch (step.kind) {
    case 'probe':
      return (step.proves ?? []).some(({ kind }) => kind === 'silent') ? 'silence' : null;
    case 'change':
      return foundationIn(step.effects ?? []);
    case 'watch':
      return null;
    default:
      return step satisfies never;
  }
}

export function foundationIn(effects: Required<Change>['effects']): Foundation | null {
  return effects.map(laid).find((one) => one !== null) ?? null;
}

function laid(effect: Effect): Foundation | null {
  switch (effect.kind) {
    case 'schema':
      // A restore begins with a drop: it does the same from every state, a migration does not.
      return effect.at === 'before' ? 'restored schema' : 'schema';
    case 'code':
      return 'code';
    case 'thing':
      return effect.exists && /^(?:(?:loaded )?dump|second copy:) /.test(effect.thing) ? 'restore point' : null;
    case 'rotation':
    case 'frontend':
    case 'reload':
    case 'process':
    case 'vhost':
    case 'configuration':
      return null;
    default:
      return effect satisfies never;
  }
}
