import type { Programs } from '../../programs';
import type { PackageChange, Probe } from '../../schema/plan';
import { hereDocument, sh } from '../../shell/sh';
import { probe } from '../change';

/** New code that may not start yet: whatever its programs import is there and can be imported (R-OPS-52). Starts and changes nothing. */
export function codeLoads(options: { packages: readonly PackageChange[]; programs: Programs }): Probe {
  const { text } = options.programs['code-loads'];
  return probe({
    id: 'packages/code-loads',
    title: 'the programs of the new packages load',
    script: sh`
      python3 - ${options.packages.map(({ name }) => name)} ${hereDocument({ content: text })}
    `,
    timeoutSeconds: 300,
    remedy:
      'a module that is named comes from a package that is missing or too old: compare with what the target series has. Only this host is stopped.',
    requirements: ['R-OPS-52'],
  });
}
