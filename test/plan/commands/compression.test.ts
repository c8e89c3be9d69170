import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from '../../../plan/commands/database';
import { uncompressed, type Compression } from '../../../plan/commands/compression';
import { everyPhase } from '../../../schema/walk-plan';
import type { Plan } from '../../../schema/plan';
import { sh } from '../../../shell/sh';
import { on } from '../../support/cloud-changes';
import { toyPlan } from '../../support/planned';
import { said } from '../findings/said';

const toolsOf = (compression: Compression): string[] =>
  [
    'awk',
    'cat',
    'cd',
    'grep',
    'mkdir',
    'mv',
    'rm',
    'sed',
    'sh',
    'sha256sum',
    'sleep',
    'stat',
    'tail',
    'tar',
    'wc',
  ].concat(compression === 'zstd' ? 'zstd' : 'gzip');

/** The scripts as they are, with the real compressor, and none other in the path. */
describe.each<[Compression, string]>([
  ['zstd', 'zst'],
  ['gzip', 'gz'],
])('a dump that %s compresses', (compression, suffix) => {
  let root: string;
  const at = (path: string): string => join(root, path);
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'compression-'));
    ['bin', 'rp/db', 'run'].forEach((folder) => mkdirSync(at(folder), { recursive: true }));
    toolsOf(compression).forEach((name) => {
      const path = ['/usr/bin', '/bin'].map((folder) => join(folder, name)).find((one) => existsSync(one));
      if (path !== undefined) symlinkSync(path, at(`bin/${name}`));
    });
    const command = (name: string, text: string): void => {
      writeFileSync(at(`bin/${name}`), `#!/bin/sh\n${text}\n`);
      chmodSync(at(`bin/${name}`), 0o755);
    };
    command('mariadb-dump', "printf 'CREATE TABLE `stack` (id int);\\n-- Dump completed on 2026-11-21\\n'");
    command('mariadb', 'echo 1');
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const shell = (script: string): { status: number | null; stdout: string; stderr: string } =>
    spawnSync('/bin/sh', ['-s'], {
      input: script
        .replace(/\bPATH=\S+/, `PATH=${at('bin')}`)
        .replace(/^RUN=.*$/m, `RUN=${at('run')}`)
        .replace(/^RP=.*$/m, `RP=${at('rp')}`),
      encoding: 'utf8',
      env: { OSU_RUN: 'run-1', OSU_HOST: 'db1' },
    });

  it('is verified, found again, and read back as it was', () => {
    const { script } = dump({ schema: 'heat', moment: 'prepare', compression, timeoutSeconds: 60 });
    expect(shell(script)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^1 tables, \d+ bytes\n$/) as string,
    });
    expect(readFileSync(at('rp/db/heat/prepare.SHA256SUMS'), 'utf8')).toContain(`prepare.sql.${suffix}\n`);
    expect(shell(script).status).toBe(200);
    const back = shell(`PATH=x\nRP=\n${uncompressed(sh`"$RP"/db/heat/prepare.sql`).text}`);
    expect(back.stdout).toBe('CREATE TABLE `stack` (id int);\n-- Dump completed on 2026-11-21\n');
  });

  it('that was damaged does not count as made', () => {
    const { script } = dump({ schema: 'heat', moment: 'prepare', compression, timeoutSeconds: 60 });
    shell(script);
    writeFileSync(at(`rp/db/heat/prepare.sql.${suffix}`), 'x');
    expect(shell(script).status).toBe(0);
    expect(shell(script).status).toBe(200);
  });
});

const missing = (host: string, ...missingTools: string[]): Parameters<typeof toyPlan>[0] => ({
  change: on(host, (facts) => ({ ...facts, missingTools })),
});

const compressors = (plan: Plan): string[] => {
  const batches = everyPhase(plan).flatMap((phase) => phase.batches);
  const found = batches.flatMap(({ hosts, steps }) =>
    steps.flatMap((step) => {
      if (step.kind !== 'change' || !/^restore-point\/(dump|configuration$)/.test(step.id)) return [];
      return hosts.map((host) => `${host}: ${/\bgzip -c\b/.test(step.run) ? 'gzip' : 'zstd'}`);
    }),
  );
  return [...new Set(found)].sort();
};

/** A small archive of /etc, by what every host has. */
const others = ['lb1: gzip', 'mq1: gzip'];

describe('a host without zstd', () => {
  it('compresses with gzip, and the plan says so', () => {
    const plan = toyPlan(missing('db1', 'zstd'));
    expect(said(plan)).toEqual(['note compressed-with-gzip@db1']);
    expect(compressors(plan)).toEqual(['ctl1: zstd', 'ctl2: zstd', 'db1: gzip', ...others]);
  });

  it('has all hosts of its set do so: their steps are the same', () => {
    expect(compressors(toyPlan(missing('ctl2', 'zstd')))).toEqual([
      'ctl1: gzip',
      'ctl2: gzip',
      'db1: gzip',
      'db1: zstd',
      ...others,
    ]);
  });

  it.each<[string, string, string[], string[]]>([
    ['has neither', 'db1', ['zstd', 'gzip'], ['blocker tools-missing@db1']],
    ['archives nothing but a small /etc', 'lb1', ['zstd', 'gzip'], []],
    ['is a controller that no API is asked from', 'ctl2', ['curl'], []],
    ['asks the APIs', 'ctl1', ['curl'], ['blocker tools-missing@ctl1']],
    ['is where users come in', 'lb1', ['curl'], ['blocker tools-missing@lb1']],
  ])('is asked for what its steps call: one that %s', (_what, host, tools, findings) => {
    expect(said(toyPlan(missing(host, ...tools)))).toEqual(findings);
  });
});
