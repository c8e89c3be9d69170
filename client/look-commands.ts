import { Option, type Command } from 'commander';
import type { Add, Desk, ReportWish } from './command';
import type { ListFilter } from './list-runs';

interface Wish extends ReportWish {
  readonly exitCode?: true;
  readonly answer?: true;
}

/** Commands about a run that exists. */
export function addLooks({ program, withDesk }: Add): void {
  type Act = (desk: Desk, id: string, wish: Wish) => Promise<void>;
  const look = (name: string, description: string, act: Act): Command =>
    program
      .command(name)
      .argument('[run]', 'workflow id; default: the only open run')
      .description(description)
      .action((typed: string | undefined, wish: Wish) =>
        withDesk(async (desk) => act(desk, await desk.whichRun(typed), wish)),
      );
  look('status', 'show its state, and what it waits for', (desk, id, { exitCode = false }) =>
    desk.showStatus(id, { exitCode }),
  ).option('--exit-code', 'end with 4 while it waits for a person');
  look('watch', 'follow it until it ends', (desk, id, { answer = false }) => desk.watch(id, { answer })).option(
    '--answer',
    'ask you about every gate, at this terminal',
  );
  look('answer', 'ask you about the open gates, at this terminal', (desk, id) => desk.answer(id));
  look('result', 'wait for its end, and show the result', (desk, id) => desk.showResult(id));
  look('report', 'show where its report is', (desk, id, wish) => desk.showReport(id, wish))
    .option('--save <directory>', 'fetch it through a worker, and save it')
    .option('--open', 'fetch it, and show it in a browser');
  look('cancel', 'ask it to end: no further step, then it tidies up', async ({ upgrade, print }, id) => {
    await upgrade.cancel(id);
    print({ json: { workflowId: id }, text: () => `${id} was asked to end. Follow it: watch ${id}` });
  });
  addLogs({ program, withDesk });
  addList({ program, withDesk });
  look('plan', 'show the runbook: every command, when it is done, how to roll it back', async (desk, id) => {
    const plan = await desk.upgrade.plan(id);
    desk.print({ json: plan, text: () => plan });
  });
}

function addLogs({ program, withDesk }: Add): void {
  program
    .command('logs')
    .argument('<step>', 'as in heat/db-sync@ctl1; the host may be left out where only one has the step')
    .argument('[run]', 'workflow id; default: the only open run')
    .description('show what a step has printed; fetched from its host through a worker')
    .option('-f, --follow', 'continue until its command ends')
    .option('--attempt <number>', 'of a step that was retried: 1 is the first; default: the last', Number)
    .action((step: string, typed: string | undefined, wish: { follow?: true; attempt?: number }) =>
      withDesk(async (desk) => desk.showOutput(await desk.whichRun(typed), { ...wish, step })),
    );
}

function addList({ program, withDesk }: Add): void {
  program
    .command('list')
    .description('list upgrades, the newest first; needs no worker')
    .option('--cloud <name>', 'only those of this cloud')
    .addOption(
      new Option('--state <state>', 'only those that are open, or have ended')
        .choices(['open', 'closed', 'all'])
        .default('open'),
    )
    .option('--since <instant>', 'started at this time or later, as in 2026-11-01T00:00:00Z')
    .action((filter: ListFilter) =>
      withDesk(async ({ upgrade, print }) => {
        const runs = await upgrade.list(filter);
        const lines = runs.map(({ workflowId, status, startedAt, waiting }) =>
          [
            startedAt,
            status.toLowerCase(),
            workflowId,
            ...(waiting === null || waiting === 'no' ? [] : [waiting]),
          ].join('  '),
        );
        print({ json: runs, text: () => (lines.length === 0 ? 'No such upgrade.' : lines.join('\n')) });
      }),
    );
}
