import { type AgentPart, agentParts } from '../../schema/agents-order';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import type { RuleId } from '../../catalog/rules';
import { type AgentsOrder, hostsOf, partsOf, takerOf } from '../scope/agents-order';
import { newPollstersOf } from '../scope/new-pollsters';
import type { ScopedService } from '../scope/scope';
import type { KindSubject } from '../scope/subject';
import { finding } from './finding';

interface Subject extends KindSubject {
  readonly scoped: ScopedService;
  readonly order: AgentsOrder;
}

/** What a request says about the order of agents, and what another one than the guide's costs (R-CEIL-23). */
export function agentsOrderFindings(subject: Subject): Finding[] {
  if (subject.request.options.agents?.order === undefined) return [];
  const missing = notNamed(subject);
  return missing.length > 0 ? missing : [...namedAndAway(subject), ...unprovable(subject), ...another(subject)];
}

function notNamed({ request, scoped }: Subject): Finding[] {
  const { order = [] } = request.options.agents ?? {};
  const missing = partsOf(scoped).filter((part) => !order.includes(part));
  if (missing.length === 0) return [];
  return [
    finding({
      what: `agents-order-incomplete-${scoped.service.name}`,
      level: 'blocker',
      text: `options.agents.order does not name ${listed(missing)}, which this cloud has.`,
      remedy: `Write every part in its place: ${[...order, ...missing].join(', ')}; or leave options.agents out. The guide advises ${advised(scoped)}.`,
      sources: ['R-CEIL-23'],
    }),
  ];
}

function namedAndAway({ request, scoped }: Subject): Finding[] {
  const { order = [] } = request.options.agents ?? {};
  const away = order.filter((part) => !partsOf(scoped).includes(part));
  if (away.length === 0) return [];
  return [
    finding({
      what: `agents-order-skips-${scoped.service.name}`,
      level: 'note',
      text: `No step for ${listed(away)}, which options.agents.order names: no host has ${away.length === 1 ? 'it' : 'any of them'}.`,
      remedy: 'Nothing.',
      sources: ['R-CEIL-15', 'R-CEIL-23'],
    }),
  ];
}

/** Started alone on its host, an agent is proved by what arrives: somebody elsewhere has to take what it sends. */
function unprovable({ scoped, order }: Subject): Finding[] {
  const { name } = scoped.service;
  return order.parts.flatMap((part, index) => {
    const taker = takerOf(part);
    if (taker === null || !order.parts.slice(index + 1).includes(taker)) return [];
    const takers = hostsOf({ scoped, part: taker });
    const [alone] = takers;
    if (alone === undefined || takers.length > 1 || !hostsOf({ scoped, part }).includes(alone)) return [];
    return [
      finding({
        what: `agents-order-unprovable-${name}`,
        level: 'blocker',
        text: `On ${alone} ${said(part)} would start before ${said(taker)}, which no other host has: nobody would take what it sends, and nothing could prove it.`,
        remedy: `Name ${taker} before ${part} in options.agents.order, or run ${said(taker)} on a second host first.`,
        sources: ['R-CEIL-13', 'R-CEIL-23', 'R-CEIL-32'],
      }),
    ];
  });
}

function another(subject: Subject): Finding[] {
  const { request, scoped, order } = subject;
  const { reason = '' } = request.options.agents ?? {};
  const advice = agentParts.filter((part) => order.parts.includes(part));
  if (advice.join() === order.parts.join()) return [];
  const costs = costsOf(subject);
  return [
    finding({
      what: `agents-order-${scoped.service.name}`,
      level: 'warning',
      text:
        `The request wants ${scoped.service.title} upgraded in the order ${order.parts.join(', ')}; the guide advises ${advice.join(', ')}. The reason given: "${reason}". ` +
        `${costs.map(({ words }) => words).join(' ')} Parts of one host stop together and start in this order, because they share its packages. Hosts follow each other so: ${[...order.hosts, ...order.computes].join(', ')}.`,
      remedy: 'Accept if the reason is worth it; else leave options.agents out.',
      sources: ['R-CEIL-23', ...new Set(costs.flatMap(({ rules }) => rules))],
    }),
  ];
}

interface Cost {
  readonly words: string;
  readonly rules: readonly RuleId[];
}

/** Of each part that comes before one which the guide has before it. */
function costsOf(subject: Subject): Cost[] {
  const { parts } = subject.order;
  const before = (one: AgentPart, other: AgentPart): boolean =>
    parts.includes(one) && parts.includes(other) && parts.indexOf(one) < parts.indexOf(other);
  return [
    ...(before('notification', 'collector') ? [oldCollectors] : []),
    ...(before('polling', 'notification') ? [oldNotification(subject)] : []),
    ...(before('api', 'collector') || before('api', 'notification') || before('api', 'polling') ? [earlyApi] : []),
  ];
}

const oldCollectors: Cost = {
  words:
    'Until a collector is upgraded it takes what new notification agents hand on: it ignores attributes that it does not know, and drops what it cannot read or puts it back again and again.',
  rules: ['R-CEIL-9', 'R-CEIL-16'],
};

function oldNotification({ facts, scoped, order }: Subject): Cost {
  const { names = [] } = newPollstersOf({ facts, scoped, order }) ?? {};
  const here =
    names.length === 0
      ? 'No pollster of the new release is enabled here that the installed one does not have.'
      : `Here the new release adds ${listed(names)}: samples of ${names.length === 1 ? 'it' : 'them'} may be lost.`;
  return {
    words: `Until a notification agent is upgraded it takes what new polling agents send, and keeps nothing of a meter that its own definitions do not have. ${here}`,
    rules: ['R-CEIL-17', 'R-CEIL-19'],
  };
}

const earlyApi: Cost = {
  words:
    'The API may be upgraded at any point, as long as only one version answers; until the others are upgraded it shows what the installed release collects.',
  rules: ['R-CEIL-15', 'R-CEIL-22'],
};

function advised(scoped: ScopedService): string {
  return partsOf(scoped).join(', ');
}

function said(part: AgentPart): string {
  switch (part) {
    case 'database':
    case 'api':
      return `the ${part}`;
    case 'collector':
      return 'the collector';
    case 'notification':
    case 'polling':
      return `the ${part} agent`;
    default:
      return part satisfies never;
  }
}
