import { z } from 'zod';

/** What a service of agents consists of, in the order in which Ceilometer's guide advises to upgrade it (R-CEIL-23). */
export const agentParts = ['database', 'collector', 'notification', 'polling', 'api'] as const;

export type AgentPart = (typeof agentParts)[number];

/** What a run may do with agents on hosts that are no controllers (R-CEIL-12). */
export const computesChoices = ['upgrade', 'stop', 'leave'] as const;

export type ComputesChoice = (typeof computesChoices)[number];

const fewestLetters = 20;

export const agentsOptions = z
  .strictObject({
    /** Another order than the guide's. Its reason is for the person who approves, and for whoever reads the report years later. */
    order: z
      .array(
        z.enum(agentParts, { error: ({ input }) => `"${String(input)}" is no part; write ${agentParts.join(', ')}` }),
      )
      .optional(),
    reason: z
      .string()
      .transform((text) => text.replace(/\s+/g, ' ').trim())
      .pipe(
        z
          .string()
          .min(
            fewestLetters,
            `say in at least ${String(fewestLetters)} letters why: plan, approval and report have this text`,
          )
          .max(500, 'is longer than 500 letters'),
      )
      .optional(),
    /**
     * Agents on hosts that are no controllers. `upgrade`: with the others, whatever else runs there. `stop` (full upgrade alone): stopped with
     * the others, then started again with the installed release. `leave`: nothing is done there. Absent: a host with nothing else of
     * OpenStack is upgraded; on others a full upgrade stops and starts them, and an upgrade host by host leaves them.
     */
    computes: z
      .enum(computesChoices, {
        error: ({ input }) => `"${String(input)}" is no choice; write ${computesChoices.join(', ')}`,
      })
      .optional(),
  })
  .superRefine(({ order, reason, computes }, context) => {
    const issue = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (order === undefined && reason !== undefined) issue('order', 'is missing; reason says why it is another one');
    if (order !== undefined && reason === undefined) issue('reason', 'is missing; say why it is another order');
    if (order === undefined && reason === undefined && computes === undefined)
      issue('computes', 'is missing; write computes, or order and reason');
    for (const message of order === undefined ? [] : wrongOrder(order)) issue('order', message);
  });

export const agentsKeys = ['agents', 'order', 'reason', 'computes'];

function wrongOrder(order: readonly AgentPart[]): string[] {
  const twice = [...new Set(order.filter((part, index) => order.indexOf(part) !== index))];
  return [
    ...(order[0] === 'database' ? [] : ['"database" comes first, whatever the rest (R-CEIL-2)']),
    ...(twice.length === 0 ? [] : [`names ${twice.join(', ')} twice`]),
    ...(order.length < 2 ? ['names no agent: write all parts that the cloud has'] : []),
  ];
}
