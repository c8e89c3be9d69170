import { type KeptRemaining, readRemaining } from '../../schema/remaining';
import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';
import { stateDirectory } from './apt';

/** On the lock host, one file for each service. */
export function remainingDirectory(cloud: string): string {
  return `${stateDirectory}/remaining/${cloud}`;
}

/** A file of ours names some hosts. One that is larger is none of ours. */
const largestBytes = 262_144;

/** What earlier runs left with the release before. Whatever is wrong with a file, the survey goes on. */
export function remaining(options: { cloud: string }): Reader<KeptRemaining[]> {
  return {
    script: sh`
      cd ${remainingDirectory(options.cloud)} 2>/dev/null || exit 0
      now=$(date +%s)
      for file in $(ls 2>/dev/null | grep '[.]json$'); do
        printf '%s\\t' "$(( (now - $(stat -c %Y "$file")) / 86400 ))"; head -c ${largestBytes} -- "$file" | tr '\\n\\t' '  '; echo
      done
    `,
    parse: ({ stdout }) =>
      linesOf(stdout).flatMap((line) => {
        const [days = '', ...text] = line.split('\t');
        const read = readRemaining(text.join(' '));
        return read === null ? [] : [{ ...read, days: Number(days) }];
      }),
  };
}
