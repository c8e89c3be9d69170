import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Engine } from '../../lab/docker/engine';
import type { Finished } from '../../lab/machine/command';
import { composeFile } from './compose-file';

/** docker-compose.yml as an operator runs it, on an engine of the lab. */
export interface ComposeProject {
  readonly compose: (...words: string[]) => Promise<Finished>;
  /** The same for what has to succeed; returns what it printed. */
  readonly mustCompose: (...words: string[]) => Promise<string>;
  /** `openstack-upgrade` in the worker's container, with the connection that the container has. */
  readonly upgrade: (...words: string[]) => Promise<Finished>;
  /** Every service with its state: `running healthy`, `exited 0`. */
  readonly states: () => Promise<Readonly<Record<string, string>>>;
  /** The id of a service's container. */
  readonly container: (service: string) => Promise<string>;
}

const root = join(__dirname, '../..');
const file = join(root, 'docker-compose.yml');

/** Every image that Compose would fetch: those of the file, and those that the Dockerfile begins with. */
export function imagesNeeded(): readonly string[] {
  const { services } = composeFile.parse(parse(readFileSync(file, 'utf8')));
  const given = Object.values(services).flatMap(({ image }) => (image === undefined ? [] : [image]));
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const begun = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image);
  return [...new Set([...given, ...begun])];
}

export function composeProject(options: {
  readonly engine: Engine;
  /** Variables that the file reads. */
  readonly variables: Readonly<Record<string, string>>;
}): ComposeProject {
  const { engine, variables } = options;
  const words = (more: readonly string[]): string[] => ['compose', '--ansi', 'never', '--file', file, ...more];
  const compose: ComposeProject['compose'] = (...more) => engine.docker(words(more), { environment: variables });
  const mustCompose: ComposeProject['mustCompose'] = (...more) =>
    engine.mustDocker(words(more), { environment: variables });
  return {
    compose,
    mustCompose,
    upgrade: (...more) => compose('exec', '--no-TTY', 'worker', 'openstack-upgrade', ...more),
    states: async () => statesOf(await mustCompose('ps', '--all', '--format', 'json')),
    container: async (service) => (await mustCompose('ps', '--quiet', service)).trim(),
  };
}

/** One object a line. */
function statesOf(said: string): Readonly<Record<string, string>> {
  const rows = said
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { Service: string; State: string; Health: string; ExitCode: number });
  return Object.fromEntries(
    rows.map(({ Service, State, Health, ExitCode }) => [
      Service,
      State === 'exited' ? `exited ${String(ExitCode)}` : [State, Health].filter((word) => word !== '').join(' '),
    ]),
  );
}
