import type { AnswerLine } from './answer-line';
import { plainName } from './plain-name';

/** Whose request it is: an owner of a cloud, by the number of its lock. Every owner's number is larger than the last. */
export interface Fence {
  readonly cloud: string;
  readonly number: number;
}

/** Who told a host whom to obey, when (by the host's clock, for display) and why. */
export interface FenceHolder {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/**
 * Whom a host obeys. It refuses what may alter something from an owner with a smaller number, for ever: the number
 * never falls. While a person has taken the host over (`openstack-upgrade-job take-over`), it refuses every owner.
 */
export interface FenceState {
  /** The largest number the host has heard of for this cloud; 0: none. */
  readonly number: number;
  /** Who raised it to that number; null while it is 0. */
  readonly raised: FenceHolder | null;
  readonly takenOver: FenceHolder | null;
}

/** The last two words of a verb that may alter something. Throws on a cloud or number that no host can keep. */
export function fenceWords(fence: Fence | undefined): (string | number)[] {
  if (fence === undefined) return [];
  if (!Number.isSafeInteger(fence.number) || fence.number < 1)
    throw new Error(`A fence number must be an integer from 1; got ${String(fence.number)}.`);
  return [plainName({ what: "A fence's cloud", value: fence.cloud }), fence.number];
}

/** Reads `number=7 since=... taken=... text=BY\tREASON\tBY\tREASON` (the first two of the number, then of the take-over). */
export function fenceState({ fields, text }: AnswerLine): FenceState {
  const [by = '', reason = '', takenBy = '', takenReason = ''] = text.split('\t');
  const number = Number(fields.get('number') ?? '0');
  const takenAt = fields.get('taken') ?? '';
  return {
    number,
    raised: number === 0 ? null : { by, reason, at: fields.get('since') ?? '' },
    takenOver: takenAt === '' ? null : { by: takenBy, reason: takenReason, at: takenAt },
  };
}

/** Why a host refused, for an operator. */
export function explainFence(options: {
  readonly host: string;
  readonly fence: Fence | undefined;
  readonly state: FenceState;
}): string {
  const { host, fence, state } = options;
  if (state.takenOver !== null) {
    const { by, reason, at } = state.takenOver;
    return `${by} took over ${host} at ${at}: ${reason}. Nothing was started or ended there. Talk to ${by}. After \`openstack-upgrade-job hand-back\` on the host, it accepts commands again.`;
  }
  const { by = '', reason = '', at = '' } = state.raised ?? {};
  const who = by === '' ? '' : ` by ${by}`;
  return `${host} has belonged to owner ${String(state.number)} of ${fence?.cloud ?? 'the cloud'} since ${at}${who} (${reason}); this request is from owner ${String(fence?.number ?? 0)}. Nothing was started or ended. Another run now owns this cloud: abort this run.`;
}
