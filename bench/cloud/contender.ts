import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../lab';
import type { fullOrders } from '../../schema/request';
import type { ControlGroup } from '../control-group';
import type { Interval } from './intervals';
import { toSeries } from './lab-state';
import type { PlacedInterval } from './parts';
import { startProduct, type ProductRun } from './product';
import { engineTime, spansOfRun, type EngineTime } from './run-parts';
import { runScript } from './script-run';
import type { ServiceSet } from './services';

/** Who upgrades the lab, and rolls it back. */
export interface Contender {
  readonly pids: readonly number[];
  readonly upgrade: () => Promise<ContenderRun>;
  readonly rollback: () => Promise<ContenderRun>;
  readonly stop: () => Promise<void>;
}

export interface ContenderRun {
  readonly whole: Interval;
  /** What was done when. */
  readonly spans: readonly PlacedInterval[];
  /** Before anything is changed: survey and plan. Null: there is no such thing. */
  readonly plannedSeconds: number | null;
  readonly engine: EngineTime | null;
}

/** Of the product's full upgrade. */
export type FullOrder = (typeof fullOrders)[number];

export const contenderNames = ['ours', 'bare script', 'bare script with dumps'] as const;
export type ContenderName = (typeof contenderNames)[number];

export interface ContenderSite {
  readonly set: ServiceSet;
  /** Handed through to the product's request; null: its default. */
  readonly order: FullOrder | null;
  readonly lab: Lab;
  readonly directory: string;
  readonly group: ControlGroup;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export function startContender(options: ContenderSite & { readonly name: ContenderName }): Promise<Contender> {
  switch (options.name) {
    case 'ours':
      return startOurs(options);
    case 'bare script':
      return Promise.resolve(scriptOf({ ...options, keep: false }));
    case 'bare script with dumps':
      return Promise.resolve(scriptOf({ ...options, keep: true }));
    default:
      return options.name satisfies never;
  }
}

async function startOurs(site: ContenderSite): Promise<Contender> {
  const { set, order } = site;
  const product = await startProduct(site);
  const wholeCloud = set.services.includes('keystone');
  const request = {
    cloud: 'cedar',
    to: toSeries,
    ...(wholeCloud ? {} : { services: set.services }),
    options: { openAutomatically: true, ...(order === null ? {} : { full: { order } }) },
  };
  return {
    pids: product.pids,
    upgrade: async () => told(await product.run({ workflow: 'openstackFullUpgrade', request, wanted: 'completed' })),
    rollback: async () =>
      told(
        await product.run({
          workflow: 'openstackRollback',
          request: { cloud: 'cedar', options: { openAutomatically: true } },
          wanted: 'completed',
        }),
      ),
    stop: product.stop,
  };
}

function told({ planned, whole, steps, jobMs }: ProductRun): ContenderRun {
  return {
    whole,
    spans: spansOfRun({ steps, jobMs }),
    plannedSeconds: (planned.toMs - planned.fromMs) / 1000,
    engine: engineTime({ whole, steps, jobMs }),
  };
}

function scriptOf(site: ContenderSite & { readonly keep: boolean }): Contender {
  const source = readFileSync(join(site.lab.cloudsDirectory, `${toSeries}.sources`), 'utf8');
  const run = async (name: 'upgrade' | 'rollback'): Promise<ContenderRun> => ({
    ...(await runScript({ ...site, name, source })),
    plannedSeconds: null,
    engine: null,
  });
  return {
    pids: [],
    upgrade: () => run('upgrade'),
    rollback: () => run('rollback'),
    stop: () => Promise.resolve(),
  };
}
