import { z } from 'zod';

/** What a service of agents consists of, in the order in which Ceilometer's guide advises to upgrade it (R-CEIL-23). */
export const agentParts = ['database', 'collector', 'notification', 'polling', 'api'] as const;

export type AgentPart = (typeof agentParts)[number];

const fewestLetters = 20;

/** Another order than the guide's. Its reason is for the person who approves, and for whoever reads the report years later. */
export const agentsOptions = z
  .strictObject({
    order: z.array(
      z.enum(agentParts, { error: ({ input }) => `"${String(input)}" is no part; write ${agentParts.join(', ')}` }),
    ),
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
      ),
  })
  .superRefine(({ order }, context) => {
    for (const message of wrongOrder(order)) context.addIssue({ code: 'custom', path: ['order'], message });
  });

export const agentsKeys = ['agents', 'order', 'reason'];

function wrongOrder(order: readonly AgentPart[]): string[] {
  const twice = [...new Set(order.filter((part, index) => order.indexOf(part) !== index))];
  return [
    ...(order[0] === 'database' ? [] : ['"database" comes first, whatever the rest (R-CEIL-2)']),
    ...(twice.length === 0 ? [] : [`names ${twice.join(', ')} twice`]),
    ...(order.length < 2 ? ['names no agent: write all parts that the cloud has'] : []),
  ];
}
