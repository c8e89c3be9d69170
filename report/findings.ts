import type { Decision } from '../schema/decision';
import type { Finding } from '../schema/plan';

/** A finding of the plan and what a person made of it. */
export interface AnsweredFinding extends Finding {
  readonly answer: 'accepted' | 'notAccepted' | 'noted' | 'refused';
  readonly acceptedBy: string | null;
  readonly reason: string | null;
}

/** Findings with their answers: a warning is answered by the approval of the plan that names its id. */
export function answeredFindings(options: {
  findings: readonly Finding[];
  decisions: readonly Decision[];
}): AnsweredFinding[] {
  return options.findings.map((finding) => {
    const decision = options.decisions.find(
      ({ about, choice, accept }) => about.kind === 'plan' && choice === 'approve' && accept.includes(finding.id),
    );
    const acceptedBy = decision?.by ?? null;
    return { ...finding, answer: answerOf({ finding, acceptedBy }), acceptedBy, reason: decision?.reason ?? null };
  });
}

function answerOf(options: { finding: Finding; acceptedBy: string | null }): AnsweredFinding['answer'] {
  switch (options.finding.level) {
    case 'blocker':
      return 'refused';
    case 'warning':
      return options.acceptedBy === null ? 'notAccepted' : 'accepted';
    case 'note':
      return 'noted';
    default:
      return options.finding.level satisfies never;
  }
}
