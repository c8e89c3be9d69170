import type { PackageFiles } from '../../catalog/platform/package-files';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

/** Files that are not what their package brought: the upgrade takes a patch away, or leaves it over new code. */
export function packageFileFindings(options: { host: string; files: PackageFiles }): Finding[] {
  const { host, files } = options;
  const replaced = [...files.altered, ...files.missing.map((path) => `${path} (missing)`)];
  const staying = [...files.diverted.map((path) => `${path} (diverted)`), ...files.keptScripts];
  return [
    ...(replaced.length === 0
      ? []
      : [
          finding({
            what: 'files-patched',
            level: 'warning',
            host,
            text: `Files differ from what their packages brought: ${named(replaced)}. The upgrade replaces them, and with them every patch.`,
            remedy:
              'Find out whether the target release contains the change; else make it again after the package phase. ' +
              'The restore point keeps these files and a rollback restores them. Accept if you know them.',
            sources: ['R-OPS-39', 'R-OPS-71'],
          }),
        ]),
    ...(files.shadowing.length === 0
      ? []
      : [
          finding({
            what: 'files-shadowed',
            level: 'warning',
            host,
            text: `Python finds these before the files of the packages: ${named(files.shadowing)}. Somebody installed them with pip; after the upgrade they still run, beside new code of the packages.`,
            remedy:
              'Find out what they are for, remove them (pip uninstall) and restart the services that use them; or accept if the new release works with them.',
            sources: ['R-OPS-39', 'trap 41'],
          }),
        ]),
    ...(staying.length === 0
      ? []
      : [
          finding({
            what: 'files-stay',
            level: 'warning',
            host,
            text: `Files of these packages were replaced by hand and stay as they are: ${named(staying)}. Old code would run beside the new.`,
            remedy:
              "Compare each with the target's file. End a diversion with dpkg-divert --remove, take the package's own script, or accept.",
            sources: ['R-OPS-39', 'trap 41'],
          }),
        ]),
  ];
}

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, 8).join(', ');
  return paths.length > 8 ? `${shown} and ${String(paths.length - 8)} more (dpkg --verify)` : shown;
}
