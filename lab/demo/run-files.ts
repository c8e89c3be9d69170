import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportPlace } from '../../schema/activities';
import { cacheDirectory } from '../../tools/temporal/server-cache';
import { labExec } from '../cloud/host-control';
import { hostNames } from '../machine/hosts';
import { LabError } from '../machine/lab-error';

/** A folder for one run of the demo: runbook, report and logs; they stay when all else is put away. */
export function demoDirectory(): string {
  const name = new Date().toISOString().replaceAll(':', '-').slice(0, 19);
  const directory = join(cacheDirectory(process.env), 'demo', name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** Writes the runbook to a file and returns its first part: what is approved, without the commands. */
export function keepRunbook(options: { directory: string; runbook: string }): {
  readonly file: string;
  readonly overview: string;
} {
  const { directory, runbook } = options;
  const file = join(directory, 'RUNBOOK.txt');
  writeFileSync(file, runbook);
  const [overview = ''] = runbook.split('\nBy hand\n');
  return { file, overview: overview.trimEnd() };
}

/** Copies the report from the host where it lies: the host is thrown away, and with it the report. */
export async function keepReport(options: {
  directory: string;
  report: ReportPlace;
}): Promise<{ readonly html: string; readonly json: string }> {
  const { directory, report } = options;
  const kept = { html: join(directory, 'report.html'), json: join(directory, 'report.json') };
  writeFileSync(kept.html, await fileOf({ host: report.host, path: report.html }));
  writeFileSync(kept.json, await fileOf({ host: report.host, path: report.json }));
  return kept;
}

async function fileOf(options: { host: string; path: string }): Promise<string> {
  const host = hostNames.find((name) => name === options.host);
  if (host === undefined) throw new LabError(`The report is on ${options.host}, which is not a host of this lab.`);
  const { stdout, stderr, exitCode } = await labExec({ host, command: `cat '${options.path}'` });
  if (exitCode !== 0) throw new LabError(`${options.path} on ${host} could not be read: ${stderr.trim()}`);
  return stdout;
}
