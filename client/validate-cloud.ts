import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { CloudFileError, readCloud } from '../cloud-file/read-cloud';
import type { Cloud } from '../schema/cloud';
import { UpgradeError } from './upgrade-error';

/**
 * Reads a cloud file as a worker does, without Temporal and without a host.
 * @throws UpgradeError `cloudFileInvalid` with the worker's own sentence, `fileUnusable` when there is no such file
 */
export async function validateCloud(file: string): Promise<Cloud> {
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) throw unusable(`There is no file ${file}.`);
  if (extname(file) !== '.yaml') throw unusable(`A worker reads only files that end in .yaml, and ${file} does not.`);
  try {
    return await readCloud({ directory: dirname(file), name: basename(file, '.yaml') });
  } catch (error) {
    if (!(error instanceof CloudFileError)) throw error;
    throw new UpgradeError({ code: 'cloudFileInvalid', message: error.message, cause: error });
  }
}

function unusable(message: string): UpgradeError {
  return new UpgradeError({ code: 'fileUnusable', message });
}

/** What was understood, for the person who wrote it. */
export function cloudText(cloud: Cloud): string {
  const hosts = Object.entries(cloud.hosts).map(
    ([name, { address, roles }]) => `  ${name}  ${address}  ${roles.join(', ')}`,
  );
  return [
    `${cloud.cloud}: the file is valid. Hosts were not contacted; preflight does that.`,
    ...hosts,
    `  package sources: ${Object.keys(cloud.packageSources).join(', ')}`,
    `  lock, plan and report: ${cloud.lockHost}`,
  ].join('\n');
}
