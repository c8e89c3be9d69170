import { join } from 'node:path';
import type { ToolCommandBuilder } from './tool';

/** Ours, by one of its transports. */
export function oursBy(transport: 'ssh2' | 'openssh'): ToolCommandBuilder {
  return nodeDriver({ driver: 'ours', words: () => [transport] });
}

/** `ssh` started once for each command: through a master connection, or with a login of its own. */
export function sshBy(mode: 'master' | 'fresh'): ToolCommandBuilder {
  return nodeDriver({ driver: 'ssh', words: ({ sockets }) => [mode, sockets] });
}

function nodeDriver(options: {
  readonly driver: string;
  readonly words: (place: { readonly sockets: string }) => readonly string[];
}): ToolCommandBuilder {
  return ({ assignment, place }) => {
    const file = join(place.directory, 'assignment.json');
    const program = join(place.compiled, 'bench', 'remote', 'drivers', `${options.driver}.js`);
    return {
      argv: [process.execPath, program, ...options.words(place), file],
      environment: {},
      files: { [file]: JSON.stringify(assignment) },
    };
  };
}
