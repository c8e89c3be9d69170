import { listed } from '../../schema/names';
import type { Finding, Phase } from '../../schema/plan';
import { finding } from './finding';

/** Somebody wants to be asked before a phase that this order does not have: nobody would be asked. */
export function unknownGates(options: {
  readonly gates: readonly string[];
  readonly phases: readonly Pick<Phase, 'id'>[];
}): Finding[] {
  const { gates, phases } = options;
  const ids = phases.map(({ id }) => id);
  return gates
    .filter((gate) => !ids.includes(gate))
    .map((gate) =>
      finding({
        what: `gate-unknown-${gate}`,
        level: 'blocker',
        text: `The request asks for a question before the phase ${gate}, and this plan has no such phase.`,
        remedy: `Name one of its phases in options.gates: ${listed(ids)}. Or choose the other order of a full upgrade with options.full.order.`,
        sources: ['R-OPS-42'],
      }),
    );
}
