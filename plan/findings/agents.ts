import { seriesBetween } from '../../catalog/releases';
import type { Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import type { ScopedService } from '../scope/scope';
import { newPollstersOf } from '../scope/new-pollsters';
import type { KindSubject } from '../scope/subject';
import { finding } from './finding';

interface Subject extends KindSubject {
  readonly services: readonly Service[];
}

/** What stands against agents of two releases side by side (R-CEIL-17..23, R-CEIL-30). */
export function agentFindings(subject: Subject): Finding[] {
  const { scope } = subject;
  return [
    ...neighboursOnly(subject),
    ...noOrderToChoose(subject),
    ...scope.services.flatMap((scoped) => [
      ...newPollsters({ ...subject, scoped }),
      ...pipelinesDiffer({ ...subject, scoped }),
      ...nobodyMeanwhile(scoped),
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

function noOrderToChoose({ request }: Subject): Finding[] {
  if (request.options.rolling === undefined) return [];
  return [
    finding({
      what: 'rolling-options-of-engines',
      level: 'blocker',
      text: 'options.rolling is about engines and their vhosts. Agents are upgraded host by host, in the order of their names.',
      remedy: 'Leave options.rolling out.',
      sources: ['R-CEIL-23'],
    }),
  ];
}

/**
 * A new agent would share resources with old ones that do not know the pollster: the guide has it in a partitioning group of its own
 * until all are new. Where people chose a group or a polling file themselves, the run does not choose another.
 */
function newPollsters({ facts, scoped }: Subject & { scoped: ScopedService }): Finding[] {
  const { name, title } = scoped.service;
  const found = newPollstersOf({ facts, scoped });
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

/** Since Stein there is no partitioning of their work: each agent takes what comes next (fact 7). */
function pipelinesDiffer({ facts, scoped }: Subject & { scoped: ScopedService }): Finding[] {
  const { hosts } = scoped;
  const { name, title } = scoped.service;
  const read = facts.hosts
    .filter(({ host }) => hosts.includes(host))
    .flatMap(({ host, packages }) => {
      const pipelines = packages?.publishing[name]?.pipelines;
      return pipelines === undefined ? [] : [{ host, pipelines }];
    });
  if (new Set(read.map(({ pipelines }) => pipelines)).size < 2) return [];
  return [
    finding({
      what: `pipelines-differ-${name}`,
      level: 'warning',
      text:
        `The pipelines of ${title} are not the same on ${listed(read.map(({ host }) => host))}. Agents of all hosts take samples from the same queues in turn: ` +
        'what becomes of a sample depends on who takes it.',
      remedy:
        'Make pipeline.yaml and event_pipeline.yaml the same on every host first, and restart its agents. Accept if the difference is wanted.',
      sources: ['R-CEIL-17', 'R-CEIL-18', 'fact 7'],
    }),
  ];
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
