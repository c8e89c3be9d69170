import type { Effect } from '../../schema/effect';
import type { HostName, SchemaName } from '../../schema/names';
import type { PackageSet, Step } from '../../schema/plan';

/** What a step's time grows with. */
export interface Sizes {
  readonly schemaBytes: Readonly<Record<SchemaName, number>>;
  readonly packageSets: readonly Pick<PackageSet, 'hosts' | 'packages'>[];
}

/**
 * From ten full upgrades of keystone and heat on two controllers of the lab (two cores for five hosts, idle and busy, Debian 12, schemas
 * of some megabytes), on the slow side of them: an outage that is shorter than expected hurts nobody. A cloud has other numbers; these
 * stand in until one of its own runs has been recorded.
 */
const seconds = {
  /** From one step to the next: a look, a command, what the workflow and the connection add. */
  everyStep: 0.15,
  /** Looks twice, ten seconds apart, even where nothing is in progress (plan/commands/work.ts). */
  provedIdle: 10,
  stop: 3,
  /** Until it answers or does its work: 1.7 to 2.7 on an idle lab, 5 to 10 on a busy one. */
  start: 4,
  packageInstalled: 1.5,
  packageFetched: 0.3,
  migration: 4,
  restoredSchema: 1,
  temporaryServer: 2.5,
  /** To make or delete one. */
  canary: 3,
} as const;

/** Looks that take ten seconds come again in no less than this; one that looks once comes again at once. */
const twiceEverySeconds = 5;

/** Bytes of a database in a second, on a slow disk (plan/draw-up.ts counts with the same). */
const bytesPerSecond = { dumped: 20e6, loaded: 30e6, migrated: 20e6, copied: 20e6 } as const;

/** Of the bytes of a database, what its compressed dump has. */
const dumpedPart = 0.3;

/** How long a step takes on a host, as far as its effects and the sizes of the cloud say. */
export function stepSeconds(options: { step: Step; host: HostName; sizes: Sizes }): number {
  const { step } = options;
  switch (step.kind) {
    case 'probe': {
      const idle = (step.proves ?? []).some(({ kind }) => kind === 'idle' || kind === 'drained');
      const slow = idle && step.everySeconds >= twiceEverySeconds;
      return seconds.everyStep + (slow ? seconds.provedIdle : 0);
    }
    case 'change':
      return (step.effects ?? []).reduce<number>(
        (sum, effect) => sum + effectSeconds({ ...options, effect }),
        seconds.everyStep,
      );
    case 'watch':
      return seconds.everyStep;
    case 'confirm':
      // How long people take is not known, and said to be left out.
      return 0;
    default:
      return step satisfies never;
  }
}

function effectSeconds(options: { effect: Effect; host: HostName; sizes: Sizes }): number {
  const { effect, host, sizes } = options;
  switch (effect.kind) {
    case 'process':
      if (effect.runs) return seconds.start;
      return effect.ends === 'later' ? 0 : seconds.stop;
    case 'code':
      return packagesOn({ host, sizes }) * seconds.packageInstalled;
    case 'schema':
      return effect.at === 'before'
        ? seconds.restoredSchema + bytesOf({ schema: effect.schema, sizes }) / bytesPerSecond.loaded
        : seconds.migration + bytesOf({ schema: effect.schema, sizes }) / bytesPerSecond.migrated;
    case 'thing':
      if (effect.thing.startsWith('canary: ')) return seconds.canary;
      return effect.exists ? thingSeconds({ thing: effect.thing, host, sizes }) : 0;
    case 'rotation':
    case 'frontend':
    case 'reload':
    case 'vhost':
    case 'configuration':
      return 0;
    default:
      return effect satisfies never;
  }
}

function thingSeconds(options: { thing: string; host: HostName; sizes: Sizes }): number {
  const { thing, host, sizes } = options;
  const [, loaded, schema] = /^(loaded )?dump (\S+)/.exec(thing) ?? [];
  if (schema !== undefined) {
    const bytes = bytesOf({ schema, sizes });
    if (loaded === undefined) return bytes / bytesPerSecond.dumped;
    return seconds.temporaryServer + bytes / bytesPerSecond.loaded;
  }
  if (thing.startsWith('second copy: '))
    return (dumpedPart * bytesOfAll(sizes)) / bytesPerSecond.copied + seconds.temporaryServer;
  return thing === 'helper: target packages' ? packagesOn({ host, sizes }) * seconds.packageFetched : 0;
}

function packagesOn(options: { host: HostName; sizes: Sizes }): number {
  const { host, sizes } = options;
  return sizes.packageSets
    .filter(({ hosts }) => hosts.includes(host))
    .reduce((sum, { packages }) => sum + packages.length, 0);
}

function bytesOf(options: { schema: SchemaName; sizes: Sizes }): number {
  return options.sizes.schemaBytes[options.schema] ?? 0;
}

function bytesOfAll({ schemaBytes }: Sizes): number {
  return Object.values(schemaBytes).reduce((sum, bytes) => sum + bytes, 0);
}
