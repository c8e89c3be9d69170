import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crashJob, historyOf } from '../crash-job';
import { HOST, type CrashStage } from '../crash-stage';
import type { WrittenFile } from '../history';
import type { Scenario } from './scenario';

const DIRECTORY = 'runs/crash';
const OLD: Readonly<Record<string, string>> = { 'RUNBOOK.txt': 'as it was planned first\n' };
const NEW: Readonly<Record<string, string>> = {
  'RUNBOOK.txt': `as it is now\n${'what to do next\n'.repeat(600)}`,
  'steps/10-stop.sh': 'systemctl stop heat-engine\n',
  'steps/20-migrate.sh': 'heat-manage db_sync\n',
};

/** Files are written where older ones exist. */
export const writeFiles: Scenario = {
  name: 'writing of files',
  async play({ stage, breaking }) {
    const job = crashJob({ stage, step: 'job' });
    for (const [path, content] of Object.entries(OLD)) {
      mkdirSync(dirname(placeOf({ stage, path })), { recursive: true });
      writeFileSync(placeOf({ stage, path }), content);
    }
    const { answer } = await breaking({ verbs: ['write'], ask: (signal) => write({ stage, signal }) });
    const first = look({ stage, when: 'after the fault', wasConfirmed: answer !== null });
    await write({ stage });
    const second = look({ stage, when: 'after another write', wasConfirmed: true });
    return { jobs: [await historyOf({ stage, job })], bystanders: [], files: [...first, ...second] };
  },
};

async function write(options: { readonly stage: CrashStage; readonly signal?: AbortSignal }): Promise<'written'> {
  const { stage, ...signal } = options;
  const directory = join(stage.place.base, DIRECTORY);
  await stage.controller().writeFiles({ host: HOST, directory, files: NEW, ...signal });
  return 'written';
}

function look(options: {
  readonly stage: CrashStage;
  readonly when: string;
  readonly wasConfirmed: boolean;
}): readonly WrittenFile[] {
  const { stage, when, wasConfirmed } = options;
  return Object.entries(NEW).map(([path, written]) => {
    const place = placeOf({ stage, path });
    const found = existsSync(place) ? readFileSync(place, 'utf8') : null;
    return { name: `${path} ${when}`, before: OLD[path] ?? null, written, found, wasConfirmed };
  });
}

function placeOf(options: { readonly stage: CrashStage; readonly path: string }): string {
  return join(options.stage.place.base, DIRECTORY, options.path);
}
