import { pipelinesLeft } from '../catalog/platform/pipelines-left';
import { remaining as keptRemaining, remainingDirectory } from '../catalog/platform/remaining';
import { SudoRefused, TransportError } from '../remote';
import type { ReportInput } from '../schema/activities';
import { hostsWith } from '../schema/cloud';
import type { HostName } from '../schema/names';
import type { PlanOutline } from '../schema/outline';
import type { StaysOld } from '../schema/plan';
import { type Remaining, type RemainingHost, remainingSentence } from '../schema/remaining';
import { sh } from '../shell/sh';
import { writeFiles } from './write-files';
import type { Reach } from './reach';

/**
 * Which hosts have the release before, once a run has ended, kept on the lock host beyond it (R-CEIL-24). A service of the run that no host
 * is old of any more, or that the run rolled back, is forgotten. What a run that was given up left on a host, the host itself keeps.
 */
export async function keepRemaining(options: { reach: Reach; input: ReportInput }): Promise<readonly RemainingHost[]> {
  const { reach, input } = options;
  const { plan, state, runId, endedAt, cloud } = input;
  const upgraded = state === 'completed' && plan.kind !== 'rollback';
  const over = upgraded || state === 'rolledBack' || (state === 'completed' && plan.kind === 'rollback');
  const ended = over || state === 'aborted' || state === 'cancelled';
  const given = ended ? await pipelinesOf({ reach, plan }) : [];
  if (!over) return given;
  const staying = upgraded ? (plan.staysOld ?? []) : [];
  const left = await stillOld({ reach, staying });
  const files = Object.fromEntries(
    plan.services.flatMap(({ name, versionPackage }) => {
      const own = left.filter(({ service }) => service === name);
      const [first] = own;
      if (first === undefined) return [];
      const kept: Remaining = {
        schemaVersion: 1,
        service: name,
        package: versionPackage,
        target: first.target,
        runId,
        endedAt,
        hosts: own.map(({ host }) => host),
      };
      return [[`${name}.json`, `${JSON.stringify(kept)}\n`]];
    }),
  );
  const directory = remainingDirectory(cloud);
  const { lockHost: host } = plan;
  const gone = plan.services.map(({ name }) => `${name}.json`).filter((file) => !(file in files));
  if (Object.keys(files).length > 0) await writeFiles({ reach, host, directory, files });
  await reach.root.run({
    host,
    deadlineSeconds: 60,
    script: sh`cd ${directory} 2>/dev/null || exit 0; for file in ${gone}; do rm -f -- "$file"; done`.text,
  });
  return [...left, ...given];
}

/** Hosts to which the run gave pipelines of the new release, and that have the release before: it was ended in its middle (R-CEIL-18). */
async function pipelinesOf(options: { reach: Reach; plan: PlanOutline }): Promise<readonly RemainingHost[]> {
  const { reach, plan } = options;
  const hosts = plan.phases.flatMap(({ steps }) =>
    steps.filter(({ id }) => id.endsWith('/pipelines')).flatMap((step) => step.hosts),
  );
  return (await Promise.all([...new Set(hosts)].map((host) => pipelinesOn({ reach, host })))).flat();
}

/** The host has written it down itself: no answer, no sentence. */
async function pipelinesOn({ reach, host }: { reach: Reach; host: HostName }): Promise<readonly RemainingHost[]> {
  try {
    const left = pipelinesLeft.parse(
      await reach.root.run({ host, deadlineSeconds: 60, script: pipelinesLeft.script.text }),
    );
    if (left === null) return [];
    const { service, installed, target, files } = left;
    return [{ service, host, installed, target, pipelines: files }];
  } catch (error) {
    if (cannotTell(error)) return [];
    throw error;
  }
}

/** What the lock host and the controllers have kept of earlier runs and is still so, a sentence a host. */
export async function remainingNow({ reach }: { reach: Reach }): Promise<readonly string[]> {
  const { lockHost, cloud, hosts } = reach.cloud;
  const reader = keptRemaining({ cloud });
  const kept = reader.parse(await reach.root.run({ host: lockHost, deadlineSeconds: 60, script: reader.script.text }));
  const staying = kept.flatMap(({ service, package: name, target, hosts: left }) =>
    left.filter((host) => host in hosts).map((host) => ({ host, service, package: name, target })),
  );
  const [old, given] = await Promise.all([
    stillOld({ reach, staying }),
    Promise.all(hostsWith({ cloud: reach.cloud, role: 'controller' }).map((one) => pipelinesOn({ reach, host: one }))),
  ]);
  return [...old, ...given.flat()].map(remainingSentence);
}

async function stillOld(options: { reach: Reach; staying: readonly StaysOld[] }): Promise<readonly RemainingHost[]> {
  const found = await Promise.all(options.staying.map((one) => stillOn({ ...options, one })));
  return found.flat();
}

/** dpkg compares. A host without the package has no agent of it any more. */
async function stillOn({ reach, one }: { reach: Reach; one: StaysOld }): Promise<readonly RemainingHost[]> {
  const { host, service, target } = one;
  try {
    const { stdout, exitCode } = await reach.root.run({
      host,
      deadlineSeconds: 60,
      script: sh`
        state=$(dpkg-query -W -f='\${db:Status-Status} \${Version}' ${one.package} 2>/dev/null) || exit 0
        case $state in 'installed '*) ;; *) exit 0 ;; esac
        ! dpkg --compare-versions "\${state#installed }" lt ${target} || echo "\${state#installed }"
      `.text,
    });
    if (exitCode !== 0) return [{ service, host, installed: null, target }];
    const installed = stdout.trim();
    return installed === '' ? [] : [{ service, host, installed, target }];
  } catch (error) {
    if (cannotTell(error)) return [{ service, host, installed: null, target }];
    throw error;
  }
}

function cannotTell(error: unknown): boolean {
  return error instanceof SudoRefused || (error instanceof TransportError && error.kind !== 'aborted');
}
