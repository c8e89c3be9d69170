import type {
  DroppedRestorePoints,
  FetchedRestorePoint,
  RestorePoint,
  RestorePointDetails,
  RestorePointDump,
  RestorePointProblem,
  VerifiedRestorePoint,
} from '../schema/restore-point';

const dayMs = 24 * 3600 * 1000;

/** A line each: the newest first. */
export function restorePointLines(options: { readonly points: readonly RestorePoint[]; readonly now: Date }): string {
  const { points, now } = options;
  if (points.length === 0)
    return 'There is no restore point: no run was started on this cloud, or its files were removed.';
  const total = points.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    ...points.map((point) => [point.runId, ...headOf({ point, now })].join('  ')),
    ...(points.length === 1 ? [] : [`${String(points.length)} restore points, ${size(total)}`]),
  ].join('\n');
}

function headOf({ point, now }: { point: RestorePoint; now: Date }): string[] {
  const { kind, from, to, services, madeAt, bytes, unread } = point;
  return [
    `${moment(madeAt)}, ${age({ madeAt, now })}`,
    `${services.join(', ')}, before ${from} to ${to}${kind === 'partial' ? ', rolling' : ''}`,
    `${size(bytes)}${without(unread)}`,
  ];
}

export function detailsText(options: { readonly details: RestorePointDetails; readonly now: Date }): string {
  const { details, now } = options;
  const { runId, hosts, dumps, copy, manifest } = details;
  return [
    `Restore point ${runId}`,
    ...headOf({ point: details, now }).map((line) => `  ${line}`),
    `  ${manifestWords[manifest]}`,
    ...(dumps.length === 0 ? [] : ['', 'Databases', ...dumps.map((dump) => `  ${dumpLine(dump)}`)]),
    ...(hosts.length === 0
      ? []
      : [
          '',
          'Hosts',
          ...hosts.map(
            ({ host, packages, holds, files, kept, oldPackages, bytes }) =>
              `  ${host}: ${counted(packages, 'package version')}${holds.length === 0 ? '' : ` (held: ${holds.join(', ')})`}, ` +
              `${counted(files, 'file')} listed, ${counted(kept, 'file')} and ${counted(oldPackages, 'package')} kept, ${size(bytes)}`,
          ),
        ]),
    '',
    copy === null
      ? 'There is no second copy (backup.copyTo in the cloud file).'
      : `Second copy on ${copy.host}: ${counted(copy.files, 'file')}, ${size(copy.bytes)}.`,
  ].join('\n');
}

const manifestWords: Readonly<Record<RestorePointDetails['manifest'], string>> = {
  read: 'Its manifest is complete.',
  missing: 'It has no manifest: its run ended before it was written, or an earlier release made it.',
  unreadable: 'Its manifest cannot be read: it is damaged, or a later release wrote it.',
};

function dumpLine({
  host,
  schema,
  madeAt,
  restores,
  hadWriters,
  loaded,
  bytes,
  tables,
  rows,
  revisions,
}: RestorePointDump): string {
  const revision = revisions.length === 0 ? '' : `, revision ${revisions.join(', ')}`;
  return (
    `${schema} on ${host}: ${moment(madeAt)}, ${writersWords({ restores, hadWriters })}, ` +
    `${counted(tables, 'table')}, ${counted(rows, 'row')}${revision}, ${size(bytes)}, ${loaded ? 'loaded and counted' : 'not loaded yet'}`
  );
}

function writersWords({ restores, hadWriters }: Pick<RestorePointDump, 'restores' | 'hadWriters'>): string {
  if (!hadWriters) return 'with no writers';
  return `while the service ran: ${restores ? 'a rollback with restore loads it' : 'a rollback loads none'}`;
}

export function verifiedText(verified: VerifiedRestorePoint): string {
  const { runId, files, bytes, dumps, problems, copy, unread, manifest } = verified;
  const copied =
    copy === null ? 'There is no second copy.' : `The second copy on ${copy.host} has ${counted(copy.files, 'file')}.`;
  const read = `${counted(files, 'file')} recorded, ${counted(dumps, 'dump')} read to the end, ${size(bytes)} hashed.`;
  return [
    `Restore point ${runId}: ${problems.length === 0 && unread.length === 0 ? 'every file is as it was recorded.' : 'it is not complete.'}`,
    `${read} ${copied}`,
    ...(manifest === 'read' ? [] : [manifestWords[manifest]]),
    ...problems.map(problemLine),
    ...unread.map((host) => `${host} did not answer: of its files nothing is known.`),
    ...(problems.some(({ inCopy }) => inCopy)
      ? [
          `The second copy has ${counted(problems.filter(({ inCopy }) => inCopy).length, 'file')} of these: restore-points fetch brings them back.`,
        ]
      : []),
  ].join('\n');
}

const whatWords: Readonly<Record<RestorePointProblem['what'], string>> = {
  missing: 'is missing',
  changed: 'is not the file that was recorded',
  incomplete: 'is cut: its last line is missing',
  tablesDiffer: 'has another number of tables than was recorded',
};

function problemLine({ host, path, what, inCopy }: RestorePointProblem): string {
  return `  ${host}: ${path} ${whatWords[what]}${inCopy ? ' (in the second copy)' : ''}`;
}

export function fetchedText({ runId, fetched, left, unread }: FetchedRestorePoint): string {
  const done =
    fetched.length === 0
      ? `Restore point ${runId}: nothing was brought back.`
      : `Restore point ${runId}: ${counted(fetched.length, 'file')} brought back.`;
  return [
    done,
    ...fetched.map(({ host, path, bytes }) => `  ${host}: ${path}, ${size(bytes)}`),
    ...(left.length === 0
      ? ['Every file that was read is as it was recorded.']
      : ['Still wrong:', ...left.map(problemLine)]),
    ...unread.map((host) => `${host} did not answer: of its files nothing is known.`),
  ].join('\n');
}

export function droppedText({ dropped, refused }: DroppedRestorePoints): string {
  const bytes = dropped.reduce((sum, one) => sum + one.bytes, 0);
  return [
    dropped.length === 0
      ? 'No restore point was deleted.'
      : `${counted(dropped.length, 'restore point')} deleted, ${size(bytes)}: ${dropped.map(({ runId }) => runId).join(', ')}`,
    ...refused.map(({ sentence }) => sentence),
  ].join('\n');
}

function moment(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function age({ madeAt, now }: { madeAt: string; now: Date }): string {
  const days = Math.floor((now.getTime() - Date.parse(madeAt)) / dayMs);
  return days < 1 ? 'today' : days === 1 ? '1 day old' : `${String(days)} days old`;
}

function size(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function without(unread: readonly string[]): string {
  return unread.length === 0 ? '' : ` without ${unread.join(', ')}, which did not answer`;
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
