import { z } from 'zod';

/** A host's or a cloud's name: what people say aloud and what systemd accepts as a host name. */
export const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and "-", as in "ctl1"');

/** An OpenStack series by its code name in lower case: `antelope`, `bobcat`. The catalog knows which exist. */
export const series = z.string().regex(/^[a-z]{3,20}$/, 'a series in lower case, as in "bobcat"');

/** An OpenStack service by its project name: `heat`, `keystone`. */
export const service = z.string().regex(/^[a-z][a-z0-9-]{1,30}$/, 'a service in lower case, as in "heat"');

/** A systemd service without `.service`: `gnocchi-metricd`, `ceilometer-polling@1`. */
export const unit = z
  .string()
  .regex(/^[A-Za-z0-9:_.@\\-]+(?<!\.service)$/, 'a systemd unit without ".service", as in "gnocchi-metricd"');

/** What an upgrade is: of everything in one pass, or of one service host by host. */
export type Kind = 'full' | 'partial';

/** What a plan does: an upgrade, or the rollback of an earlier run. */
export type PlanKind = Kind | 'rollback';

export type HostName = string;
export type Series = string;
export type ServiceName = string;
export type SchemaName = string;

/** ISO 8601 in UTC, as `2026-11-21T03:04:05.678Z`. */
export type Instant = string;

/** "1 warning", "3 warnings": for nouns with a regular plural. */
export function counted(options: { readonly count: number; readonly noun: string }): string {
  const { count, noun } = options;
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** "ctl1, ctl2 and ctl3", for sentences. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
