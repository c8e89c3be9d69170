import { stateDirectory } from '../catalog/platform/apt';
import type { ChosenRestorePoint } from '../schema/activities';
import type { HostPart, RecordedDump, RestoreManifest } from '../schema/restore-manifest';
import type { RestorePoint, RestorePointDetails, RestorePointDump, RestorePointHost } from '../schema/restore-point';
import { sh } from '../shell/sh';
import { SudoRefused, TransportError } from '../remote';
import type { Reach } from './reach';
import { chosenPoint, readManifest } from './read-point';

/** What a restore point holds, as its manifest says. Reads no dump. */
export async function showRestorePoint(options: {
  reach: Reach;
  input: ChosenRestorePoint;
}): Promise<RestorePointDetails> {
  const { reach } = options;
  const point = await chosenPoint(options);
  const { runId } = point;
  const { state, manifest } = await readManifest({ reach, runId });
  const dumps = manifest === null ? [] : dumpsOf({ manifest, kind: point.kind });
  const loaded = await loadedSince({ reach, runId, hosts: [...new Set(dumps.map(({ host }) => host))] });
  return {
    schemaVersion: 1,
    ...point,
    manifest: state,
    hosts: manifest?.hosts.map(hostOf) ?? [],
    dumps: dumps.map((dump) => ({ ...dump, loaded: dump.loaded || loaded.includes(`${dump.host}/${dump.schema}`) })),
    copy: await copyOf({ reach, runId }),
  };
}

function hostOf({ host, writtenAt, packages, files, kept, oldPackages }: HostPart): RestorePointHost {
  return {
    host,
    writtenAt,
    packages: packages.installed,
    holds: packages.holds,
    files: files.length,
    kept: kept.length,
    oldPackages: oldPackages.length,
    bytes: [...kept, ...oldPackages].reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Of each schema the last one: where there is a final dump, an earlier one is never loaded. */
export function dumpsOf(options: { manifest: RestoreManifest; kind: RestorePoint['kind'] }): RestorePointDump[] {
  const { manifest, kind } = options;
  return manifest.hosts.flatMap(({ host, dumps }) =>
    [...new Set(dumps.map(({ schema }) => schema))].flatMap((schema) => {
      const own = dumps.filter((dump) => dump.schema === schema);
      const last = own.find(({ moment }) => moment === 'final') ?? own[0];
      return last === undefined ? [] : [dumpOf({ host, dump: last, kind })];
    }),
  );
}

function dumpOf(options: { host: string; dump: RecordedDump; kind: RestorePoint['kind'] }): RestorePointDump {
  const { host, dump, kind } = options;
  const { schema, madeAt, moment, loaded, bytes, tables, revisions } = dump;
  return {
    host,
    schema,
    madeAt,
    restores: moment === 'final' || kind === 'partial',
    hadWriters: moment === 'prepare',
    loaded,
    bytes,
    tables: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    revisions,
  };
}

/** The manifest is written before the load of the last dumps ends: `db1/heat`, read where they are. */
async function loadedSince(options: { reach: Reach; runId: string; hosts: readonly string[] }): Promise<string[]> {
  const { reach, runId, hosts } = options;
  const found = await Promise.all(
    hosts.map(async (host) => {
      const said = await asked({
        reach,
        host,
        script: sh`
          cd ${`${stateDirectory}/restore-points/${runId}/db`} 2>/dev/null || exit 0
          for schema in *; do cmp -s "$schema/final.loaded" "$schema/final.counts" && echo "$schema"; done
          true
        `.text,
      });
      return (said ?? '').split('\n').flatMap((schema) => (schema === '' ? [] : [`${host}/${schema}`]));
    }),
  );
  return found.flat();
}

async function copyOf(options: { reach: Reach; runId: string }): Promise<RestorePointDetails['copy']> {
  const { reach, runId } = options;
  const host = reach.cloud.backup.copyTo;
  if (host === undefined) return null;
  const said = await asked({
    reach,
    host,
    script: sh`
      cd ${`${stateDirectory}/restore-points/${runId}/copy`} 2>/dev/null || exit 0
      cat ./*.list | awk '{ bytes += $2 } END { print NR, bytes + 0 }'
    `.text,
  });
  const [files, bytes] = (said ?? '').trim().split(' ').map(Number);
  return files === undefined || bytes === undefined ? null : { host, files, bytes };
}

/** Null: the host does not answer. */
async function asked(options: { reach: Reach; host: string; script: string }): Promise<string | null> {
  const { reach, host, script } = options;
  try {
    return (await reach.root.run({ host, deadlineSeconds: 60, script })).stdout;
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof SudoRefused)) throw error;
    return null;
  }
}
