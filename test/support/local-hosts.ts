import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Reach } from '../../activities/reach';
import { stateDirectory } from '../../catalog/platform/apt';
import type { Cloud } from '../../schema/cloud';
import type { Change } from '../../schema/plan';
import type { ExecResult } from '../../remote';

/** Hosts that are directories of this machine: every script runs in a real shell, with `/var/lib/openstack-upgrade` below it. */
export interface LocalHosts {
  readonly reach: Reach;
  /** Where a host keeps a file. */
  readonly at: (host: string, path: string) => string;
  readonly write: (host: string, path: string, content: string | Buffer) => void;
  readonly read: (host: string, path: string) => string;
  /** The altering script of a step, as its job runs it. */
  readonly step: (options: { host: string; runId: string; step: Change }) => Promise<ExecResult>;
  readonly remove: () => void;
}

export function localHosts(cloud: Cloud): LocalHosts {
  const root = mkdtempSync(join(tmpdir(), 'local-hosts-'));
  const stateOf = (host: string): string => join(root, host, 'state');
  const at = (host: string, path: string): string => join(stateOf(host), path);
  const write: LocalHosts['write'] = (host, path, content) => {
    mkdirSync(dirname(at(host, path)), { recursive: true });
    writeFileSync(at(host, path), content);
  };
  const run = ({ host, script, environment = {} }: Parameters<Reach['root']['run']>[0]): Promise<ExecResult> => {
    mkdirSync(stateOf(host), { recursive: true });
    const text = script.replaceAll(stateDirectory, stateOf(host));
    return inShell({ text, environment });
  };
  const reach = {
    cloud,
    root: { run },
    jobs: {
      writeFiles: ({ host, directory, files }: Parameters<Reach['jobs']['writeFiles']>[0]) => {
        const below = directory.replace(`${stateDirectory}/`, '');
        for (const [path, content] of Object.entries(files))
          write(host, join(below, path), Buffer.from(content as Buffer));
        return Promise.resolve();
      },
    },
  } as unknown as Reach;
  return {
    reach,
    at,
    write,
    read: (host, path) => readFileSync(at(host, path), 'utf8'),
    step: ({ host, runId, step }) => {
      mkdirSync(at(host, `runs/${runId}`), { recursive: true });
      mkdirSync(at(host, `restore-points/${runId}`), { recursive: true });
      return run({ host, script: step.script, environment: { OSU_RUN: runId, OSU_HOST: host }, deadlineSeconds: 60 });
    },
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function inShell(options: { text: string; environment: Readonly<Record<string, string>> }): Promise<ExecResult> {
  const { text, environment } = options;
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], ...environment };
    const child = execFile('sh', ['-s'], { env, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
      resolve({ exitCode: code, stdout, stderr });
    });
    child.stdin?.end(`main() {\n${text}\n}\nmain </dev/null\nexit $?\n`);
  });
}
