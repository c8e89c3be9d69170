import { Command, Option } from 'commander';
import { addConnectionFlags } from '../connection/flags';
import { packageVersion } from '../connection/version';
import { decideChoices } from '../schema/messages';
import { addCodecServer } from './codec-server-command';
import { UpgradeError } from './upgrade-error';
import type { UpgradeClient } from './upgrade-client';

/** What every command gets: the client, the words to print, and whether they are for a program. */
export interface Desk {
  readonly upgrade: UpgradeClient;
  readonly by: string;
  readonly print: (options: { readonly json: unknown; readonly text: () => string }) => void;
  /** The run a command is about: as typed, or the only open one. */
  readonly whichRun: (typed: string | undefined) => Promise<string>;
  readonly watch: (id: string) => Promise<void>;
  readonly showStatus: (id: string) => Promise<void>;
  readonly showReport: (id: string) => Promise<void>;
  readonly showResult: (id: string) => Promise<void>;
}

interface Wish {
  readonly cloud: string;
  readonly to: string;
  readonly services?: string[];
  readonly gates?: string[];
  readonly openAutomatically?: true;
  readonly watch?: true;
  readonly rolling?: true;
  readonly order?: string;
  readonly apis?: string;
  readonly newCode?: string;
  readonly wheelhouse?: string;
  readonly side?: string[];
  readonly removeOldVhost?: true;
}

interface Answer {
  readonly gate: string;
  readonly by?: string;
  readonly reason: string;
  readonly accept?: string[];
  readonly choice: (typeof decideChoices)[number];
  readonly step: string;
}

/** The command line: one command a message or question. `withDesk` connects, runs and closes. */
export function upgradeProgram(withDesk: (act: (desk: Desk) => Promise<void>) => Promise<void>): Command {
  const program = new Command('openstack-upgrade')
    .description('Start, watch, approve and steer OpenStack upgrades that run in Temporal')
    .version(packageVersion())
    .option('--json', 'print results as JSON');
  addConnectionFlags(program);
  addStarts({ program, withDesk });
  addLooks({ program, withDesk });
  addAnswers({ program, withDesk });
  addCodecServer(program);
  return program;
}

type Add = { readonly program: Command; readonly withDesk: (act: (desk: Desk) => Promise<void>) => Promise<void> };

function addStarts({ program, withDesk }: Add): void {
  const planned = (name: string): Command =>
    program
      .command(name)
      .requiredOption('--cloud <name>', 'as in CLOUDS_DIR/<name>.yaml of the worker')
      .requiredOption('--to <series>', 'the series to go to, as in bobcat')
      .option('--services <names...>', 'only these; default: all that are installed and known')
      .option('--rolling', 'one service, host by host, while it serves')
      .addOption(
        new Option('--order <order>', 'rolling: with a side engine (default), or as the guide prints it').choices([
          'sideEngine',
          'guide',
        ]),
      )
      .addOption(
        new Option(
          '--apis <how>',
          'rolling, order guide: when the APIs of the other hosts get to the new engines',
        ).choices(['upgrade', 'switchFirst']),
      )
      .addOption(
        new Option('--new-code <from>', 'rolling, order guide: where the first host gets the new code from').choices([
          'packages',
          'venv',
        ]),
      )
      .option('--wheelhouse <directory>', 'rolling, new code venv: the wheels, on the first host')
      .option('--side <hosts...>', 'rolling: serve with the installed code meanwhile; default: the last host')
      .option('--remove-old-vhost', 'rolling: remove the vhost that is left, after a gate of its own');
  planned('preflight')
    .description('plan and look for trouble, cold unless --rolling; alters nothing. Exit code 1 when something blocks')
    .action((wish: Wish) =>
      withDesk(async ({ upgrade, showResult }) => {
        await showResult(
          (await upgrade.preflight({ ...requestOf(wish), kind: wish.rolling ? 'partial' : 'full' })).workflowId,
        );
      }),
    );
  planned('start')
    .description('start an upgrade, cold unless --rolling: it plans, then waits for approval')
    .option('--gates <phases...>', 'ask before these phases too')
    .option('--open-automatically', 'open the APIs without asking once everything is proved (rehearsals)')
    .option('--watch', 'follow it')
    .action((wish: Wish) =>
      withDesk(async ({ upgrade, print, watch }) => {
        const started = await (wish.rolling ? upgrade.startPartial : upgrade.startFull)(requestOf(wish));
        print({
          json: started,
          text: () => `Started ${started.workflowId}. It plans first; then read plan, then approve.`,
        });
        if (wish.watch) await watch(started.workflowId);
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
        }),
      );
  afterwards('finish', 'finish').description('put back what a terminated run left on a cloud');
  afterwards('breakLock', 'break-lock').description(
    "take a cloud's lock from the run that holds it, on every host, and put nothing back",
  );
}

function addLooks({ program, withDesk }: Add): void {
  const look = (name: string, description: string, act: (desk: Desk, id: string) => Promise<void>): void => {
    program
      .command(name)
      .argument('[run]', 'workflow id; default: the only open run')
      .description(description)
      .action((typed: string | undefined) => withDesk(async (desk) => act(desk, await desk.whichRun(typed))));
  };
  look('status', 'where it stands and what it waits for', (desk, id) => desk.showStatus(id));
  look('watch', 'follow it until it ends', (desk, id) => desk.watch(id));
  look('result', 'wait for its end and say what came of it', (desk, id) => desk.showResult(id));
  look('report', 'where its report lies', (desk, id) => desk.showReport(id));
  look('plan', 'the runbook: every command, when it is done, the way back', async ({ upgrade, print }, id) => {
    const plan = await upgrade.plan(id);
    print({ json: plan, text: () => plan });
  });
}

function addAnswers({ program, withDesk }: Add): void {
  type Send = (options: { upgrade: UpgradeClient; id: string; by: string; answer: Answer }) => Promise<string>;
  const message = (name: string, description: string, send: Send): Command =>
    program
      .command(name)
      .argument('<run>', 'workflow id')
      .description(description)
      .option('--by <you>', 'who decides; default: your login, unless it is root')
      .action((id: string, answer: Answer) =>
        withDesk(async ({ upgrade, by, print }) => {
          const sentence = await send({ upgrade, id, by: personOf({ typed: answer.by, by }), answer });
          print({ json: { sentence }, text: () => sentence });
        }),
      );
  const why = (): Option => new Option('--reason <text>', 'why, for the report').default('');
  const gate = (command: Command): Command =>
    command.requiredOption('--gate <code>', 'the open question, see status').addOption(why());

  gate(
    message('approve', 'approve the open gate', ({ upgrade, id, by, answer: { gate, reason, accept = [] } }) =>
      upgrade.approve(id, { gate, by, reason, accept }),
    ),
  ).option('--accept <findings...>', 'ids of the warnings you accept');
  gate(
    message('reject', 'refuse the open gate', ({ upgrade, id, by, answer: { gate, reason } }) =>
      upgrade.reject(id, { gate, by, reason }),
    ),
  );
  gate(
    message(
      'decide',
      'answer a failure, or any question that approve and reject do not',
      ({ upgrade, id, by, answer: { gate, reason, choice } }) => upgrade.decide(id, { gate, by, reason, choice }),
    ),
  ).addOption(new Option('--choice <what>', 'what to do').choices(decideChoices).makeOptionMandatory());
  message('pause', 'start no further step; what runs, ends', ({ upgrade, id, by, answer: { reason } }) =>
    upgrade.pause(id, { by, reason }),
  ).addOption(why());
  message('resume', 'go on after a pause', ({ upgrade, id, by, answer: { reason } }) =>
    upgrade.resume(id, { by, reason }),
  ).addOption(why());
  message('kill', 'end a running command and all it started', ({ upgrade, id, by, answer: { step, reason } }) =>
    upgrade.kill(id, { step, by, reason }),
  )
    .requiredOption('--step <id>', 'as in heat/db-sync@ctl1')
    .requiredOption('--reason <text>', 'why');
}

/** A decision without a name is worth nothing to whoever reads the report. */
function personOf(options: { typed: string | undefined; by: string }): string {
  const name = options.typed ?? options.by;
  if (name === '')
    throw new UpgradeError({ code: 'invalidRequest', message: 'Say who decides: --by YOUR-NAME. Nothing changed.' });
  return name;
}

function requestOf(wish: Wish): object {
  const { cloud, to, services, gates = [], openAutomatically = false } = wish;
  const rolling = rollingOf(wish);
  return {
    cloud,
    to,
    ...(services === undefined ? {} : { services: listed(services) }),
    options: { gates, openAutomatically, ...(Object.keys(rolling).length === 0 ? {} : { rolling }) },
  };
}

/** Only the words that were typed: what is left out has the defaults of the request. */
function rollingOf({ order, apis, newCode, wheelhouse, side, removeOldVhost }: Wish): object {
  return {
    ...(order === undefined ? {} : { order }),
    ...(apis === undefined ? {} : { apis }),
    ...(newCode === undefined ? {} : { newCode }),
    ...(wheelhouse === undefined ? {} : { wheelhouse }),
    ...(side === undefined ? {} : { side: listed(side) }),
    ...(removeOldVhost ? { removeOldVhost } : {}),
  };
}

/** `a b` and `a,b` are the same list. */
function listed(words: readonly string[]): string[] {
  return words.flatMap((text) => text.split(',')).filter((name) => name !== '');
}
