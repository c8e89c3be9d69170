import type { Programs } from '../../programs';
import { hereDocument, sh } from '../../shell/sh';
import type { Reader } from '../reader';
import { surveyDirectory } from './apt';

/** A unit whose processes use packages that will be replaced, or run with files that were replaced before. */
export interface LibraryUser {
  /** With its kind: `gnocchi-metricd.service`, `session-3.scope`. Null: a process of no unit. */
  readonly unit: string | null;
  /** Packages that its unit file belongs to. Empty: it was written by hand, or it is no service. */
  readonly owners: readonly string[];
  readonly commands: readonly string[];
  readonly processes: number;
  /** Packages that will be replaced. */
  readonly uses: readonly string[];
  /** `mapped`: seen in its memory. `required`: its packages or imports bring them along. `unknown`: taken for a user of all of them. */
  readonly seen: readonly ('mapped' | 'required' | 'unknown')[];
  /** As `ss` prints them: `0.0.0.0:8041`. */
  readonly listens: readonly string[];
  /** Files that it has mapped and that are on the disk no more: another version has replaced them since it started. */
  readonly replaced: readonly string[];
}

/** Runs after the simulation, which says what will be replaced. Null: it could not be read. */
export function libraryUsers(options: { programs: Programs }): Reader<readonly LibraryUser[] | null> {
  const { text } = options.programs['library-users'];
  return {
    script: sh`python3 -I - survey ${surveyDirectory}/simulated ${hereDocument({ content: text })}`,
    parse: ({ stdout, exitCode }) => {
      const json = stdout.split('\n').findLast((line) => line.startsWith('['));
      return exitCode !== 0 || json === undefined ? null : (JSON.parse(json) as LibraryUser[]);
    },
  };
}
