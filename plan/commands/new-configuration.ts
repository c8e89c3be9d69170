import type { Programs } from '../../programs';
import type { Change, Probe } from '../../schema/plan';
import { hereDocument, sh } from '../../shell/sh';
import { change, probe } from '../change';

/**
 * Files that packages have put beside configuration since the run began, whatever their suffix (trap 11, R-OPS-40): listed in the run's
 * directory. By the time at which they came: dpkg gives them the time of the package's build.
 */
export const listNewConfiguration: Change = change({
  id: 'config/new-files',
  title: 'list new configuration files of packages that are not merged',
  check: sh`test -e "$RUN/new-configuration"`,
  run: sh`
    find /etc \\( -name '*.dpkg-*' -o -name '*.ucf-*' \\) -cnewer "$RP/packages/SHA256SUMS" | sort > "$RUN/new-configuration.part"
    cat "$RUN/new-configuration.part"
    mv "$RUN/new-configuration.part" "$RUN/new-configuration"
  `,
  effects: [{ kind: 'thing', thing: 'helper: list of new configuration', exists: true }],
  onInterrupted: 'rerun',
  timeoutSeconds: 120,
  requirements: ['trap 11'],
});

/**
 * Whatever the packages left for people to decide was decided when the plan was approved; anything else is a question before the new
 * code starts (R-OPS-40). A file that is merged or removed meanwhile is none any more.
 */
export function nothingUndecided({ accepted }: { readonly accepted: readonly string[] }): Probe {
  const decided = ['', ...accepted.map((path) => `${path}.dpkg-dist`)].flatMap((path) => ['-e', path]);
  return probe({
    id: 'config/decided',
    title: 'packages left no configuration file that nobody has decided about',
    script: sh`
      all=$(wc -l < "$RUN/new-configuration") || exit 1
      { grep -vxF ${decided} "$RUN/new-configuration" || true; } | while read -r file; do test ! -e "$file" || echo "$file"; done > "$SCRATCH/undecided"
      test ! -s "$SCRATCH/undecided" || { echo "not decided: $(tr '\n' ' ' < "$SCRATCH/undecided")"; exit 1; }
      echo "$all new files, and nothing to decide"
    `,
    timeoutSeconds: 60,
    remedy:
      'compare each file that is named with the one beside it, without the suffix. Write into that one what the new release needs, remove the one that is named, and retry; override keeps yours as it is.',
    requirements: ['R-OPS-40', 'trap 11'],
  });
}

/** Every factory that a paste file names can be imported by the new code (trap 12), with the Python that will run it. */
export function pasteFactories(options: { id: string; file: string; programs: Programs; python?: string }): Probe {
  const { id, file, programs, python = 'python3' } = options;
  const { text } = programs['paste-factories'];
  return probe({
    id,
    title: `every filter and app of ${file} exists in the new code`,
    script: sh`
      ${python} - ${file} ${hereDocument({ content: text })}
    `,
    timeoutSeconds: 120,
    remedy: "remove the factory that is named from the file; the package's own file shows what the new code has.",
    requirements: ['R-OPS-52', 'trap 12'],
  });
}
