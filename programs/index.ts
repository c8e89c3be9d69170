import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../schema/plan';

/**
 * Programs that run on hosts: each a file `<name>.py` beside this one, which says what it does and how it is called; `.sh` where
 * a host may have no Python.
 */
const shellNames = ['load-dump', 'restore-part'] as const;
const pythonNames = [
  'broker-vhost',
  'code-loads',
  'engine-rows',
  'flush-memcached',
  'gnocchi-backlog',
  'gnocchi-check',
  'library-users',
  'openstack-check',
  'option-review',
  'paste-factories',
  'pipeline-changes',
  'pipeline-files',
  'polling-apart',
  'pollster-changes',
  'requirements',
  'service-schema',
  'service-transport',
  'source-entries',
  'stuck-stacks',
  'telemetry-facts',
  'telemetry-proof',
  'tls-ports',
  'transport-verdict',
] as const;
export type ProgramName = (typeof pythonNames)[number] | (typeof shellNames)[number];

/** All of them as data: the planner reads no disk. */
export type Programs = Readonly<Record<ProgramName, Program>>;

/**
 * Modules that programs share, by the line that imports one. A program reaches its host as one file, often on standard
 * input, so the module's text takes the place of that line. As they stand here, side by side, Python finds the module by
 * itself: a linter or a debugger needs no step before.
 */
const modules = {
  'from database_url import database_url': 'database_url',
  'from openstack_api import call, keep_session, login, session, wanted': 'openstack_api',
  'from openstack_api import call, session, wanted': 'openstack_api',
  'from polling_meters import used': 'polling_meters',
  'from transport_url import UnusableUrl, usable_url': 'transport_url',
} as const;

export function readPrograms(): Programs {
  const programs = [
    ...pythonNames.map((name) => named({ name, text: withModules(readPython(name)) })),
    ...shellNames.map((name) => named({ name, text: readText(`${name}.sh`) })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(programs.map((program) => [program.name, program])) as Programs;
}

function named({ name, text }: Pick<Program, 'name' | 'text'>): Program {
  return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
}

function withModules(program: string): string {
  return Object.entries(modules).reduce(
    (done, [line, module]) => done.replace(`\n${line}\n`, () => `\n\n${readPython(module)}\n`),
    program,
  );
}

function readPython(name: string): string {
  return readText(`${name}.py`);
}

/** From beside this file, wherever a build has put both. */
function readText(file: string): string {
  return readFileSync(join(__dirname, file), 'utf8');
}
