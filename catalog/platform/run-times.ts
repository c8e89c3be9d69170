import { type EarlierTimes, readRunTimes } from '../../schema/run-times';
import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';
import { stateDirectory } from './apt';

/** Enough for the last years of a cloud; a run deletes what is older. */
export const keptRunTimes = 20;

/** On the lock host. One that keeps the locks of several clouds has a directory for each. */
export function runTimesDirectory(cloud: string): string {
  return `${stateDirectory}/times/${cloud}`;
}

/** A file of ours has some kilobytes. One that is larger is none of ours. */
const largestBytes = 65_536;

/** Times of earlier runs of a cloud, as the lock host keeps them. Whatever is wrong with a file, the survey goes on. */
export function runTimes(options: { cloud: string }): Reader<EarlierTimes> {
  return {
    script: sh`
      cd ${runTimesDirectory(options.cloud)} 2>/dev/null || exit 0
      for file in $(ls -1t 2>/dev/null | grep '[.]json$' | head -n ${keptRunTimes}); do
        printf '%s\\t' "$file"; head -c ${largestBytes} -- "$file" | tr '\\n\\t' '  '; echo
      done
    `,
    parse: ({ stdout }) => {
      const files = linesOf(stdout).map((line) => {
        const [file = '', ...text] = line.split('\t');
        return { file, read: readRunTimes(text.join(' ')) };
      });
      return {
        runs: files.flatMap(({ read }) => read ?? []),
        unreadable: files.flatMap(({ file, read }) => (read === null ? [file] : [])),
      };
    },
  };
}
