import { Command, Option } from 'commander';
import { fullOrders } from '../../schema/request';
import { extraServices } from '../packages/extra-services';
import { extrasOf, profileOption, withOption, type ExtrasOptions } from '../packages/extras-options';
import { seriesNames, type SeriesName } from '../packages/series';

export interface DemoOptions extends ExtrasOptions {
  /** Answer every gate by the client; a failure is still asked about where there is a terminal. */
  readonly yes: boolean;
  readonly keep: boolean;
  readonly startInUi: boolean;
  /** A step that fails once: `heat/db-sync`, `heat/db-sync@ctl1`. Null: none. */
  readonly failAt: string | null;
  readonly from: SeriesName;
  readonly to: SeriesName;
  /** Undefined: the one with the shorter outage. */
  readonly order?: (typeof fullOrders)[number];
}

/** What of the options decides what the demo asks for. */
export type DemoWish = Pick<DemoOptions, 'to' | 'order' | 'with' | 'profile'>;

/** What the demo asks for. */
export function demoRequest({ demo, cloud }: { demo: DemoWish; cloud: string }): object {
  const { to, order } = demo;
  const services = demoServices(demo);
  return {
    cloud,
    to,
    ...(services === undefined ? {} : { services }),
    ...(order === undefined ? {} : { options: { full: { order } } }),
  };
}

/** By name where there are more than Keystone and Heat: those of telemetry are upgraded only so. Undefined: all. */
export function demoServices(demo: DemoWish): readonly string[] | undefined {
  const extras = extraServices(extrasOf(demo)).map(({ name }) => name);
  return extras.length === 0 ? undefined : ['keystone', 'heat', ...extras];
}

/** Reads the command line; prints help and ends the process where that was asked for. */
export function demoOptions(argv: readonly string[]): DemoOptions {
  const series = (flag: string, text: string, preset: SeriesName): Option =>
    new Option(flag, text).choices(seriesNames).default(preset);
  return new Command('demo')
    .description('Starts a disposable OpenStack cloud of real Debian hosts and upgrades it while you watch')
    .option('--yes', 'approve without asking, warnings included', false)
    .option('--keep', 'leave Temporal, the worker and the cloud running', false)
    .option('--start-in-ui', 'start everything except the upgrade, and print what to paste into the Web UI', false)
    .addOption(
      new Option(
        '--fail-at <step>',
        'make this step fail (heat/db-sync, heat/db-sync@ctl1:after), and roll back',
      ).default(null),
    )
    .addOption(series('--from <series>', 'the series to start with', 'antelope'))
    .addOption(series('--to <series>', 'the series to upgrade to', 'bobcat'))
    .addOption(
      new Option('--order <order>', 'of the upgrade; default: the one with the shorter outage').choices(fullOrders),
    )
    .addOption(withOption())
    .addOption(profileOption())
    .parse(argv)
    .opts<DemoOptions>();
}
