import { configDirectoryOf, type Rolling, type Service } from '../../catalog/service';
import type { Venv } from '../commands/venv';
import type { Scope } from './scope';

/** The upstream version of a Debian one: `1:21.0.0-2` is 21.0.0. Null: it is none that pip could be asked for. */
export function upstreamVersion(version: string): string | null {
  return /^(?:\d+:)?(\d+(?:\.\d+)+)(?:[-+~]|$)/.exec(version)?.[1] ?? null;
}

/** The same version as the packages that replace it in the end: one schema head, one RPC version. */
export function venvOf(options: { scope: Scope; service: Service; rolling: Rolling; wheelhouse: string }): Venv {
  const { scope, service, rolling, wheelhouse } = options;
  const directory = `/opt/${service.name}-${scope.to}`;
  const configDirectory = `${configDirectoryOf(service)}-${scope.to}`;
  const target = scope.packageSets
    .flatMap(({ packages }) => packages)
    .find(({ name }) => name === service.versionPackage)?.target;
  const version = target === undefined ? null : upstreamVersion(target);
  return {
    service,
    series: scope.to,
    directory,
    configDirectory,
    configFile: service.configFile.replace(/^.*\//, `${configDirectory}/`),
    wheelhouse,
    version,
    requirements: [`${rolling.venv.distribution}==${version ?? ''}`, ...rolling.venv.drivers],
  };
}
