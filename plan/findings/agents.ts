import { seriesBetween } from '../../catalog/releases';
import type { Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { type AgentsOrder, agentsOrderOf } from '../scope/agents-order';
import { newPollstersOf } from '../scope/new-pollsters';
import { pipelinesOf } from '../scope/pipelines';
import type { ScopedService } from '../scope/scope';
import type { KindSubject } from '../scope/subject';
import { agentsOrderFindings } from './agents-order';
import { finding } from './finding';

interface Subject extends KindSubject {
  readonly services: readonly Service[];
}

interface InTurn extends Subject {
  readonly scoped: ScopedService;
  readonly order: AgentsOrder;
}

/** What stands against agents of two releases side by side (R-CEIL-17..23, R-CEIL-30). */
export function agentFindings(subject: Subject): Finding[] {
  const { scope } = subject;
  const order = agentsOrderOf(subject);
  return [
    ...neighboursOnly(subject),
    ...noOrderOfEngines(subject),
    ...scope.services.flatMap((scoped) => [
      ...agentsOrderFindings({ ...subject, scoped, order }),
      ...newPollsters({ ...subject, scoped, order }),
      ...pipelines({ ...subject, scoped, order }),
      ...nobodyMeanwhile(scoped),
      ...apisAlone(scoped),
    ]),
  ];
}

/** Two releases side by side are only neighbours, or of one series: no others are known to read each other's samples. */
function neighboursOnly({ scope }: Subject): Finding[] {
  const between = seriesBetween({ from: scope.from, to: scope.to });
  if (between === undefined || between <= 1) return [];
  return [
    finding({
      what: 'rolling-skip-level',
      level: 'blocker',
      text: `${scope.from} and ${scope.to} are no neighbours: their agents are never run side by side.`,
      remedy: 'Go one series at a time, or upgrade with openstackFullUpgrade.',
      sources: ['R-CEIL-30'],
    }),
  ];
}

function noOrderOfEngines({ request }: Subject): Finding[] {
  if (request.options.rolling === undefined) return [];
  return [
    finding({
      what: 'rolling-options-of-engines',
      level: 'blocker',
      text: 'options.rolling is about engines and their vhosts. The order of agents is in options.agents.',
      remedy: 'Leave options.rolling out. Without options.agents the order is the one that the guide advises.',
      sources: ['R-CEIL-23'],
    }),
  ];
}

/**
 * A new agent would share resources with old ones that do not know the pollster: the guide has it in a partitioning group of its own
 * until all are new. Where people chose a group or a polling file themselves, the run does not choose another.
 */
function newPollsters(subject: InTurn): Finding[] {
  const { name, title } = subject.scoped.service;
  const found = newPollstersOf(subject);
  if (found === null) return [];
  const { names, hosts, ownPolling } = found;
  const [first = ''] = names;
  if (ownPolling.length === 0)
    return [
      finding({
        what: `pollsters-apart-${name}`,
        level: 'note',
        text:
          `The new release of ${title} brings pollsters that polling.yaml enables: ${listed(names)}. Until ${listed(hosts.slice(-1))} is upgraded, new agents poll ` +
          'these alone, in a partitioning group of their own, and the agents of the installed release poll everything else. Then all poll everything.',
        remedy: `Nothing. To begin with them later, exclude them in polling.yaml on every host (a line "!${first}" for each).`,
        sources: ['R-CEIL-20', 'R-CEIL-21'],
      }),
    ];
  return [
    finding({
      what: `pollsters-new-${name}`,
      level: 'blocker',
      text:
        `The new release of ${title} brings pollsters that polling.yaml enables: ${listed(names)}. Beside agents of the installed release they would be polled of a part ` +
        `of the resources alone, because agents share the resources and the old ones do not know these pollsters. On ${listed(ownPolling)} [polling] cfg_file or ` +
        'partitioning_group_prefix is set, or could not be read: the run puts no agent into another group there.',
      remedy: `Exclude them in polling.yaml on every host until the run has ended (a line "!${first}" for each), or upgrade with openstackFullUpgrade.`,
      sources: ['R-CEIL-19', 'R-CEIL-20'],
    }),
  ];
}

/** The guide has them side by side where they do not share the work, or have the same pipelines (R-CEIL-17, R-CEIL-18, fact 7). */
function pipelines(subject: InTurn): Finding[] {
  const { name, title } = subject.scoped.service;
  const found = pipelinesOf(subject);
  const same = 'Make pipeline.yaml and event_pipeline.yaml the same on every host first, and restart its agents.';
  const full = 'Or upgrade with openstackFullUpgrade, which stops all of them before the first new one starts.';
  switch (found.kind) {
    case 'same':
      return [];
    case 'differ':
      return [
        finding({
          what: `pipelines-differ-${name}`,
          level: found.partitioned ? 'blocker' : 'warning',
          text:
            `The pipelines of ${title} are not the same on ${listed(found.hosts)}. Agents of all hosts take samples from the same queues in turn: ` +
            `what becomes of a sample depends on who takes it.${found.partitioned ? ' They share the work of each pipeline, too ([notification] workload_partitioning).' : ''}`,
          remedy: found.partitioned ? `${same} ${full}` : `${same} Accept if the difference is wanted.`,
          sources: ['R-CEIL-17', 'R-CEIL-18', 'fact 7'],
        }),
      ];
    case 'change':
      return [
        finding({
          what: `pipelines-change-${name}`,
          level: 'warning',
          text: `The new release of ${title} brings other pipelines (${listed(found.files)}), and its agents run beside those of the installed one: what becomes of a sample depends on who takes it until the last host is upgraded.`,
          remedy: `Accept if both may work on the same samples for so long. ${full}`,
          sources: ['R-CEIL-17', 'fact 7'],
        }),
      ];
    case 'first':
      return [
        finding({
          what: `pipelines-first-${name}`,
          level: 'note',
          text:
            `Notification agents share the work of each pipeline, and the new release brings other ones (${listed(Object.keys(found.files))}). Before the first new agent starts, those of ` +
            `the installed release on ${listed(found.hosts.filter((host) => host !== subject.order.hosts[0]))} get the new pipelines, one host after the other, and are proved with them.`,
          remedy: 'Nothing. A rollback restores the pipelines.',
          sources: ['R-CEIL-18'],
        }),
      ];
    case 'refused':
      return [
        finding({
          what: `pipelines-unknown-${name}`,
          level: 'blocker',
          text: `Notification agents share the work of each pipeline, and those of the installed release cannot load the new pipelines: they have no ${listed(found.unknown)}.`,
          remedy: `Write pipelines that both releases can load, the same on every host, and restart the agents. ${full}`,
          sources: ['R-CEIL-18'],
        }),
      ];
    case 'queuesDiffer':
      return [
        finding({
          what: `partitioning-differs-${name}`,
          level: 'blocker',
          text: `Notification agents share the work of each pipeline by queues, and not by the same on every host: ${listed(found.queues.map(({ host, queues }) => `${host} ${queues === 0 ? 'none' : String(queues)}`))}.`,
          remedy: `Set [notification] workload_partitioning and pipeline_processing_queues to the same on every host, and restart the agents. Never lower the number while samples wait. ${full}`,
          sources: ['R-CEIL-17'],
        }),
      ];
    case 'unread':
      return [
        finding({
          what: `pipelines-unread-${name}`,
          level: 'blocker',
          text: `Notification agents share the work of each pipeline, and which pipelines the new release has on ${listed(found.hosts)} could not be read: new agents beside old ones need the same.`,
          remedy: `Check that pipeline.yaml and event_pipeline.yaml are valid YAML there. ${full}`,
          sources: ['R-CEIL-17'],
        }),
      ];
    default:
      return found satisfies never;
  }
}

/** Only one version of it may answer, so that requests leave the installed one for the new one at once: that needs two hosts (R-CEIL-22). */
function apisAlone({ apis }: ScopedService): Finding[] {
  return apis
    .filter(({ endpoints }) => endpoints.length === 1)
    .map(({ api, endpoints }) =>
      finding({
        what: `api-alone-${api.name}`,
        level: 'blocker',
        text: `${api.name} runs on ${endpoints[0]?.host ?? 'one host'} alone: nobody would answer while it is upgraded there.`,
        remedy:
          'Upgrade with openstackFullUpgrade, which closes it and says for how long; or run it on a second host first.',
        sources: ['R-CEIL-22'],
      }),
    );
}

/** What is polled on one host alone is not polled while its agents are upgraded. */
function nobodyMeanwhile({ service, unitHosts }: ScopedService): Finding[] {
  const alone = service.units
    .map(({ name }) => name)
    .filter((unit) => service.publishing?.shares.includes(unit) === true && unitHosts[unit]?.length === 1);
  return alone.map((unit) =>
    finding({
      what: `polls-alone-${unit}`,
      level: 'warning',
      text: `${unit} runs on ${listed(unitHosts[unit] ?? [])} alone: nothing is polled while it is upgraded there.`,
      remedy:
        'Accept the gap, which the report tells; or start a second one on another host first, with [coordination] backend_url the same on both.',
      sources: ['R-CEIL-14', 'R-CEIL-31'],
    }),
  );
}
