import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crashJob, historyOf } from '../crash-job';
import { HOST, type CrashStage } from '../crash-stage';
import type { Paper } from '../history';
import type { Scenario } from './scenario';

const DIRECTORY = 'runs/crash';
const OLD: Readonly<Record<string, string>> = { 'RUNBOOK.txt': 'as it was planned first\n' };
const NEW: Readonly<Record<string, string>> = {
  'RUNBOOK.txt': `as it is now\n${'what to do next\n'.repeat(600)}`,
  'steps/10-stop.sh': 'systemctl stop heat-engine\n',
  'steps/20-migrate.sh': 'heat-manage db_sync\n',
};

/** Papers are laid where an older one lies already. */
export const layPapers: Scenario = {
  name: 'laying of papers',
  async play({ stage, breaking }) {
    const job = crashJob({ stage, step: 'job' });
    for (const [path, content] of Object.entries(OLD)) {
      mkdirSync(dirname(placeOf({ stage, path })), { recursive: true });
      writeFileSync(placeOf({ stage, path }), content);
    }
    const { answer } = await breaking({ verbs: ['lay'], ask: (signal) => lay({ stage, signal }) });
    const first = look({ stage, when: 'after the fault', wasLaid: answer !== null });
    await lay({ stage });
    const second = look({ stage, when: 'after another laying', wasLaid: true });
    return { jobs: [await historyOf({ stage, job })], bystanders: [], papers: [...first, ...second] };
  },
};

async function lay(options: { readonly stage: CrashStage; readonly signal?: AbortSignal }): Promise<'laid'> {
  const { stage, ...signal } = options;
  const directory = join(stage.place.base, DIRECTORY);
  await stage.controller().layPapers({ host: HOST, directory, files: NEW, ...signal });
  return 'laid';
}

function look(options: {
  readonly stage: CrashStage;
  readonly when: string;
  readonly wasLaid: boolean;
}): readonly Paper[] {
  const { stage, when, wasLaid } = options;
  return Object.entries(NEW).map(([path, laid]) => {
    const place = placeOf({ stage, path });
    const found = existsSync(place) ? readFileSync(place, 'utf8') : null;
    return { name: `${path} ${when}`, before: OLD[path] ?? null, laid, found, wasLaid };
  });
}

function placeOf(options: { readonly stage: CrashStage; readonly path: string }): string {
  return join(options.stage.place.base, DIRECTORY, options.path);
}
