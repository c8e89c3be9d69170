import { remaining as keptRemaining, remainingDirectory } from '../catalog/platform/remaining';
import { SudoRefused, TransportError } from '../remote';
import type { ReportInput } from '../schema/activities';
import type { StaysOld } from '../schema/plan';
import { type Remaining, type RemainingHost, remainingSentence } from '../schema/remaining';
import { sh } from '../shell/sh';
import { writeFiles } from './write-files';
import type { Reach } from './reach';

/**
 * Which hosts have the release before, once a run has ended, kept on the lock host beyond it (R-CEIL-24). A service of the run that no host
 * is old of any more, or that the run rolled back, is forgotten.
 */
export async function keepRemaining(options: { reach: Reach; input: ReportInput }): Promise<readonly RemainingHost[]> {
  const { reach, input } = options;
  const { plan, state, runId, endedAt, cloud } = input;
  const upgraded = state === 'completed' && plan.kind !== 'rollback';
  const over = upgraded || state === 'rolledBack' || (state === 'completed' && plan.kind === 'rollback');
  if (!over) return [];
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
  return left;
}

/** What the lock host has kept of earlier runs and is still so, a sentence a host. */
export async function remainingNow({ reach }: { reach: Reach }): Promise<readonly string[]> {
  const { lockHost, cloud, hosts } = reach.cloud;
  const reader = keptRemaining({ cloud });
  const kept = reader.parse(await reach.root.run({ host: lockHost, deadlineSeconds: 60, script: reader.script.text }));
  const staying = kept.flatMap(({ service, package: name, target, hosts: left }) =>
    left.filter((host) => host in hosts).map((host) => ({ host, service, package: name, target })),
  );
  return (await stillOld({ reach, staying })).map(remainingSentence);
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
    if (error instanceof SudoRefused || (error instanceof TransportError && error.kind !== 'aborted'))
      return [{ service, host, installed: null, target }];
    throw error;
  }
}
