import { Option, type Command } from 'commander';
import { decideChoices } from '../schema/messages';
import type { Add } from './command';
import type { UpgradeClient } from './upgrade-client';
import { UpgradeError } from './upgrade-error';
import { collected, listed } from './word-list';

interface Answer {
  readonly gate: string;
  readonly by?: string;
  readonly reason: string;
  readonly accept?: string[];
  readonly choice: (typeof decideChoices)[number];
  readonly step: string;
}

/** Commands that answer a gate or steer a run. */
export function addAnswers({ program, withDesk }: Add): void {
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
  const why = (): Option => new Option('--reason <text>', 'the reason, for the report').default('');
  const gate = (command: Command): Command =>
    command.requiredOption('--gate <code>', 'the code of the open gate, see status').addOption(why());

  gate(
    message('approve', 'approve the open gate', ({ upgrade, id, by, answer: { gate, reason, accept = [] } }) =>
      upgrade.approve(id, { gate, by, reason, accept: listed(accept) }),
    ),
  ).option('--accept <findings>', 'ids of the warnings you accept, separated by commas; may be repeated', collected);
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
  message('pause', 'start no further step; running steps end normally', ({ upgrade, id, by, answer: { reason } }) =>
    upgrade.pause(id, { by, reason }),
  ).addOption(why());
  message('resume', 'continue after a pause', ({ upgrade, id, by, answer: { reason } }) =>
    upgrade.resume(id, { by, reason }),
  ).addOption(why());
  message(
    'kill',
    'end a running command and all processes it started',
    ({ upgrade, id, by, answer: { step, reason } }) => upgrade.kill(id, { step, by, reason }),
  )
    .requiredOption('--step <id>', 'as in heat/db-sync@ctl1')
    .requiredOption('--reason <text>', 'why');
}

/** A decision without a name is worth nothing to whoever reads the report. */
function personOf(options: { typed: string | undefined; by: string }): string {
  const name = options.typed ?? options.by;
  if (name === '')
    throw new UpgradeError({ code: 'messageInvalid', message: 'Say who decides: --by YOUR-NAME. Nothing changed.' });
  return name;
}
