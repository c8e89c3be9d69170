import type { Assignment } from './assignment';

/** The programs that are measured against each other. */
export const toolNames = ['ours', 'openssh', 'ansible', 'pyinfra', 'asyncssh'] as const;
export type ToolName = (typeof toolNames)[number];

/** What a program needs on this machine; all paths absolute. */
export interface Workplace {
  /** The compiled rooms. */
  readonly compiled: string;
  /** Fresh for each run: the tool's own files. */
  readonly directory: string;
  /** Short, for control sockets and temporary files. */
  readonly sockets: string;
  /** Folder with the programs of the tool's own Python environment. */
  readonly pythonPrograms: string;
}

/** How an assignment is given to a program: files to write, then words to run. */
export interface ToolCommand {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Text by absolute path. */
  readonly files: Readonly<Record<string, string>>;
}

export type ToolCommandBuilder = (options: {
  readonly assignment: Assignment;
  readonly place: Workplace;
}) => ToolCommand;
