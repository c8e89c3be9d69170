import { Option, type Command } from 'commander';
import type { Add } from './command';
import { agentParts, computesChoices } from '../schema/agents-order';
import { fullOrders } from '../schema/request';
import type { UpgradeClient } from './upgrade-client';
import { withoutWorker } from './waiting-for';
import { requestOf, type Wish } from './start-wish';
import { listed } from './word-list';

interface RollbackWish {
  readonly cloud: string;
  readonly restorePoint?: string;
  readonly services?: readonly string[];
  readonly withRestore?: true;
  readonly openAutomatically?: true;
  readonly watch?: true;
}

/** Commands that start a run. */
export function addStarts({ program, withDesk }: Add): void {
  const planned = (name: string): Command =>
    program
      .command(name)
      .requiredOption('--cloud <name>', 'as in <name>.yaml in CLOUDS_DIR of the worker')
      .requiredOption('--to <series>', 'the series to upgrade to, as in bobcat')
      .option('--services <names...>', 'only these; default: all installed services that are supported')
      .option(
        '--restart <units...>',
        'restart these services outside the run on its new libraries, or "all"; default: none',
      )
      .option(
        '--backups <service=where...>',
        'where you have put a backup of what a service keeps outside its database, as in "gnocchi=ceph snapshot metrics@1201"',
      )
      .option('--rolling', 'one service, host by host, while it serves')
      .addOption(
        new Option(
          '--order <order>',
          'full: new packages on one host while the others serve (staged), or on every host while all is closed (allAtOnce); ' +
            'default: the shorter outage. Rolling: with a side engine (default), in the order of the upgrade guide, or with ' +
            'the new code from wheels first',
        ).choices([...fullOrders, 'sideEngine', 'guide', 'venv']),
      )
      .addOption(
        new Option(
          '--apis <how>',
          'rolling, order guide: when the APIs of the other hosts use the new engines',
        ).choices(['upgrade', 'switchFirst']),
      )
      .option('--wheelhouse <directory>', 'rolling, order venv: the wheels, on the first host')
      .option(
        '--keeper <hosts...>',
        'rolling, order sideEngine: these hosts serve with the installed code during the upgrade; default: the last one',
      )
      .option('--remove-old-vhost', 'rolling: remove the old vhost at the end, after a gate of its own')
      .option(
        '--agents-order <parts...>',
        `rolling, Ceilometer: parts in another order than the guide's (${agentParts.join(',')}); needs --reason`,
      )
      .option('--reason <text>', 'with --agents-order: why; plan, approval and report have it')
      .addOption(
        new Option(
          '--computes <what>',
          'Ceilometer agents on hosts that are no controllers: upgrade them, stop them while the others change (full upgrade ' +
            'alone), or leave them; default: upgrade where nothing else of OpenStack is installed, else stop, with --rolling leave',
        ).choices(computesChoices),
      );
  planned('preflight')
    .description('plan, and show what blocks or needs care; changes nothing. Exit code 3 when something blocks')
    .action((wish: Wish) =>
      withDesk(async ({ upgrade, showResult }) => {
        await showResult(
          (await upgrade.preflight({ ...requestOf(wish), kind: wish.rolling ? 'partial' : 'full' })).workflowId,
        );
      }),
    );
  planned('start')
    .description('start an upgrade: all at once, or with --rolling host by host. It plans, then waits for approval')
    .option('--gates <phases...>', 'also ask before these phases')
    .option('--open-automatically', 'open the APIs without asking once everything is proved (rehearsals)')
    .option('--watch', 'follow it')
    .action((wish: Wish) =>
      withDesk(async ({ upgrade, print, watch }) => {
        const started = await (wish.rolling ? upgrade.startPartial : upgrade.startFull)(requestOf(wish));
        print({
          json: started,
          text: () => `Started ${started.workflowId}. It plans first. Then read the plan, and approve it.`,
        });
        await warnWithoutWorker(upgrade);
        if (wish.watch) await watch(started.workflowId);
      }),
    );
  program
    .command('rollback')
    .description(
      'return a cloud to the restore point of an earlier run, however that run ended. It plans, then waits for approval',
    )
    .requiredOption('--cloud <name>', 'which cloud')
    .option('--restore-point <run>', 'the id of the run that made it; default: the newest one')
    .option('--services <names...>', 'only these; refused where others of that run share their packages')
    .option(
      '--with-restore',
      'of a rolling run: close everything and restore its databases; a full run needs no such word',
    )
    .option('--open-automatically', 'open the APIs without asking, once the installed release is proved')
    .option('--watch', 'follow it')
    .action(({ watch: follow, openAutomatically, withRestore, services, ...wish }: RollbackWish) =>
      withDesk(async ({ upgrade, print, watch }) => {
        const started = await upgrade.rollback({
          ...wish,
          ...(services === undefined ? {} : { services: listed(services) }),
          options: { openAutomatically: openAutomatically === true, withRestore: withRestore === true },
        });
        print({
          json: started,
          text: () => `Started ${started.workflowId}. It plans first. Then read the plan, and approve it.`,
        });
        await warnWithoutWorker(upgrade);
        if (follow) await watch(started.workflowId);
      }),
    );
  const afterwards = (name: 'finish' | 'breakLock', command: string): Command =>
    program
      .command(command)
      .requiredOption('--cloud <name>', 'which cloud')
      .action(({ cloud }: { readonly cloud: string }) =>
        withDesk(async ({ upgrade, print }) => {
          const started = await upgrade[name]({ cloud });
          print({ json: started, text: () => `Started ${started.workflowId}. It asks before it changes anything.` });
          await warnWithoutWorker(upgrade);
        }),
      );
  afterwards('finish', 'finish').description('restore what a terminated run left on a cloud');
  afterwards('breakLock', 'break-lock').description(
    "take a cloud's lock from the run that holds it, on every host, and restore nothing",
  );
}

/** On standard error: the run is started, and begins when a worker is there. Where nobody can tell, the run is started all the same. */
async function warnWithoutWorker(upgrade: Pick<UpgradeClient, 'taskQueue'>): Promise<void> {
  const queue = await upgrade.taskQueue().catch(() => null);
  if (queue !== null && !queue.polled) process.stderr.write(`${withoutWorker(queue)}\n`);
}
