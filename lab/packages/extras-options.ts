import { Option } from 'commander';
import { extraServiceNames, type ExtraServiceName, profileNames, profiles, type ProfileName } from './extra-services';

/** What a command line says about the services of a lab, beside Keystone and Heat. */
export interface ExtrasOptions {
  readonly with: readonly ExtraServiceName[];
  readonly profile?: ProfileName;
}

/** Both are the same wherever a lab is started. */
export const withOption = (): Option =>
  new Option('--with <services...>', 'more services for the controllers').choices(extraServiceNames).default([]);

export const profileOption = (): Option =>
  new Option('--profile <name>', 'a set of services: telemetry is gnocchi and ceilometer').choices(profileNames);

export function extrasOf(options: ExtrasOptions): readonly ExtraServiceName[] {
  return [...options.with, ...(options.profile === undefined ? [] : profiles[options.profile])];
}
