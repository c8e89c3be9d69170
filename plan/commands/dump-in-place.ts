import type { Probe } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { probe } from '../change';
import { compressedName, type Compression } from './compression';
import type { DumpMoment } from './database';

/**
 * A migration rests on its dump (cold: the one that a rollback restores): it is there, sealed, and no file of it is younger than its seal. Not hashed
 * again: the step that made it did, and a large dump would take minutes in which nobody serves.
 */
export function dumpInPlace(options: { schema: string; moment: DumpMoment; compression: Compression }): Probe {
  const { schema, moment, compression } = options;
  return probe({
    id: `database/dump-in-place-${schema}`,
    title:
      moment === 'final'
        ? `the dump of ${schema} that a rollback restores is there`
        : `the dump of ${schema} from before the run is there`,
    script: sh`
      cd "$RP/db/"${schema} || { echo ${`there is no dump of ${schema}`}; exit 1; }
      test -s ${moment}.SHA256SUMS || { echo ${`the dump of ${schema} is not complete`}; exit 1; }
      for file in $(cut -c 67- ${moment}.SHA256SUMS); do
        test -s "$file" && ! test "$file" -nt ${moment}.SHA256SUMS || { echo "$file is missing, or was changed"; exit 1; }
      done
      echo "$(stat -c %s ${compressedName({ file: `${moment}.sql`, compression })}) bytes"
    `,
    remedy: 'do not migrate without it. Bring the dump back from a copy, or roll back.',
    requirements: ['R-OPS-55', 'R-OPS-58', 'trap 22'],
  });
}
