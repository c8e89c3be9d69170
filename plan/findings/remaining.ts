import type { CloudFacts, HostFacts } from '../../catalog/facts';
import { majorOf } from '../../catalog/releases';
import { counted, listed } from '../../schema/names';
import { type Finding, restorePointOf } from '../../schema/plan';
import type { KeptRemaining } from '../../schema/remaining';
import { finding } from './finding';

/** A run leaves compute hosts for the days after it. After a month nobody has them in mind any more. */
const longDays = 30;

/**
 * In every plan of the cloud, whatever it upgrades: hosts that an earlier upgrade left with the release before. Ends by itself once no host
 * has it, and where a rollback took the controllers back to it.
 */
export function remainingFindings({ facts }: { facts: CloudFacts }): Finding[] {
  return [
    ...facts.hosts.flatMap(({ remaining }) => remaining ?? []).flatMap((one) => leftBy({ facts, one })),
    ...pipelinesRemain(facts),
  ];
}

/** A run was ended after it gave agents of the installed release the pipelines of the new one, and before it upgraded them. */
function pipelinesRemain({ hosts }: CloudFacts): Finding[] {
  const left = hosts.flatMap(({ host, pipelinesLeft }) => (pipelinesLeft == null ? [] : [{ host, ...pipelinesLeft }]));
  const runs = [...new Set(left.map(({ runId }) => runId))];
  return runs.flatMap((runId) => {
    const own = left.filter((one) => one.runId === runId);
    const [first] = own;
    if (first === undefined) return [];
    const { service, target, files } = first;
    const names = listed(own.map(({ host, installed }) => `${host} (${installed})`));
    return [
      finding({
        what: `pipelines-remain-${service}`,
        level: 'note',
        text:
          `Run ${runId} was ended after it gave notification agents of ${service} the pipelines of ${target}, and before it upgraded them: ${names}. Files: ${listed(files)}. ` +
          'The agents were proved with them. As long as an agent of the new release runs, those of all hosts need the same.',
        remedy:
          `Upgrade ${service} on these hosts as the runbook of that run says (/var/lib/openstack-upgrade/runs/${runId}/RUNBOOK.txt): this ends with it. To give that upgrade up: "Rollback" in the runbook. Once no host has a new agent, the files from before are in ` +
          `${restorePointOf({ runId })}/pipelines on each of these hosts (one that is not there did not exist); restart the agents when they are back.`,
        sources: ['R-CEIL-18', 'R-CEIL-24'],
      }),
    ];
  });
}

function leftBy({ facts, one }: { facts: CloudFacts; one: KeptRemaining }): Finding[] {
  const { service, target, runId, endedAt, days } = one;
  const isNew = (host: HostFacts): boolean => majorOf(versionOn({ host, one }) ?? '') >= majorOf(target);
  if (!facts.hosts.some(isNew)) return [];
  const old = facts.hosts
    .filter(({ host }) => one.hosts.includes(host))
    .filter((host) => !isNew(host) && versionOn({ host, one }) !== undefined)
    .map((host) => `${host.host} (${versionOn({ host, one }) ?? ''})`);
  const unread = facts.unread.map(({ host }) => host).filter((host) => one.hosts.includes(host));
  if (old.length + unread.length === 0) return [];
  const notRead = unread.length === 0 ? '' : ` ${listed(unread)} could not be read.`;
  return [
    finding({
      what: `old-release-remains-${service}`,
      level: days >= longDays ? 'warning' : 'note',
      text:
        `The upgrade of ${service} to ${target} by run ${runId} is not done: it ended on ${endedAt.slice(0, 10)}, ${ago(days)}, ` +
        `and ${old.length === 0 ? 'hosts that it left' : listed(old)} still ${old.length === 1 ? 'has' : 'have'} the release before.${notRead} Two releases side by side are meant for days.`,
      remedy: `Upgrade ${service} on these hosts: openstackPartialUpgrade with "services": ["${service}"] changes them alone. Beside nova-compute it needs "options": {"agents": {"computes": "upgrade"}}. This ends by itself once none of them has the release before.`,
      sources: ['R-CEIL-24'],
    }),
  ];
}

function ago(days: number): string {
  return days === 0 ? 'today' : `${counted({ count: days, noun: 'day' })} ago`;
}

function versionOn({ host, one }: { host: HostFacts; one: KeptRemaining }): string | undefined {
  const installed = host.observed?.installed ?? host.packages?.installed ?? [];
  return installed.find(({ name }) => name === one.package)?.version;
}
