import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FetchedReport } from './fetch-report';
import { UpgradeError } from './upgrade-error';

export interface SavedReport {
  readonly html: string;
  readonly json: string;
}

/** @throws UpgradeError `fileUnusable` when the directory cannot be written */
export function saveReport(options: {
  readonly report: FetchedReport;
  readonly id: string;
  readonly directory: string;
}): SavedReport {
  const { report, id, directory } = options;
  const files = { html: join(directory, `${id}.html`), json: join(directory, `${id}.json`) };
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(files.html, report.html);
    writeFileSync(files.json, report.json);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UpgradeError({ code: 'fileUnusable', message: `The report cannot be saved: ${why}.`, cause: error });
  }
  return files;
}

const openers: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'open', win32: 'explorer' };

/** Shows a page with the program that this desktop has for it, and does not wait for it. */
export async function openPage(options: { readonly file: string; readonly env: NodeJS.ProcessEnv }): Promise<void> {
  const { file, env } = options;
  const program = openers[process.platform] ?? 'xdg-open';
  const child = spawn(program, [file], { env, stdio: 'ignore', detached: true });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(
        new UpgradeError({ code: 'fileUnusable', message: `${program} cannot open ${file}: ${cause.message}.`, cause }),
      );
    });
  });
  child.unref();
}
