import type { Programs } from '../../programs';
import { hereDocument, sh } from '../../shell/sh';
import type { Reader } from '../reader';
import type { Publishing } from '../service';
import { surveyDirectory, unpackedTarget } from './apt';

/** What the target release polls otherwise, of what is enabled on a host. */
export interface PollsterChanges {
  /** In use, and the target has none of this name. */
  readonly removed: readonly string[];
  /** New, and a wildcard of the host's configuration enables them. */
  readonly added: readonly string[];
}

/** Runs after the simulation, whose private lists it uses. Null: it could not be read, or the host does not have the service. */
export function pollsterChanges(options: { of: Publishing; programs: Programs }): Reader<PollsterChanges | null> {
  const { of, programs } = options;
  return {
    script: sh`
      set -e
      dpkg-query -W ${of.code} >/dev/null
      ${unpackedTarget(of.code)}
      python3 - ${`${surveyDirectory}/unpacked/${of.code}`} ${hereDocument({ content: programs['pollster-changes'].text })}
    `,
    parse: ({ stdout, exitCode }) => {
      const json = stdout.split('\n').findLast((line) => line.startsWith('{'));
      return exitCode !== 0 || json === undefined ? null : (JSON.parse(json) as PollsterChanges);
    },
  };
}
