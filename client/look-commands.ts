import { Option, type Command } from 'commander';
import type { Add, Desk } from './command';
import type { ListFilter } from './list-runs';

/** Commands about a run that exists; none of them answers a question. */
export function addLooks({ program, withDesk }: Add): void {
  type Act = (desk: Desk, id: string, options: { exitCode?: true; save?: string }) => Promise<void>;
  const look = (name: string, description: string, act: Act): Command =>
    program
      .command(name)
      .argument('[run]', 'workflow id; default: the only open run')
      .description(description)
      .action((typed: string | undefined, options: { exitCode?: true; save?: string }) =>
        withDesk(async (desk) => act(desk, await desk.whichRun(typed), options)),
      );
  look('status', 'where it stands and what it waits for', (desk, id, { exitCode = false }) =>
    desk.showStatus(id, { exitCode }),
  ).option('--exit-code', 'end with 4 while it waits for a person');
  look('watch', 'follow it until it ends', (desk, id) => desk.watch(id));
  look('result', 'wait for its end and say what came of it', (desk, id) => desk.showResult(id));
  look('report', 'where its report lies', (desk, id, { save }) => desk.showReport(id, { save })).option(
    '--save <directory>',
    'fetch it, through a worker',
  );
  look('cancel', 'ask it to end: no further step, then it tidies up', async ({ upgrade, print }, id) => {
    await upgrade.cancel(id);
    print({ json: { workflowId: id }, text: () => `${id} was asked to end. Follow it: watch ${id}` });
  });
  addList({ program, withDesk });
  look('plan', 'the runbook: every command, when it is done, the way back', async ({ upgrade, print }, id) => {
    const plan = await upgrade.plan(id);
    print({ json: plan, text: () => plan });
  });
}

function addList({ program, withDesk }: Add): void {
  program
    .command('list')
    .description('upgrades, newest first; asks no worker')
    .option('--cloud <name>', 'only of this cloud')
    .addOption(new Option('--state <which>', 'which').choices(['open', 'closed', 'all']).default('open'))
    .option('--since <instant>', 'started at or after, as in 2026-11-01T00:00:00Z')
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
