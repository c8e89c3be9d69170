import type { Command } from 'commander';
import { askYes } from './ask-yes';
import type { Add, Desk } from './command';
import { exitCodes } from './exit-codes';
import type { DropWish } from './point-ref';
import { detailsText, droppedText, fetchedText, restorePointLines, verifiedText } from './restore-point-text';
import { UpgradeError } from './upgrade-error';

interface Wish {
  readonly cloud: string;
  readonly restorePoint?: string;
}

interface Drop {
  readonly cloud: string;
  readonly restorePoint?: string[];
  readonly olderThan?: number;
  readonly by?: string;
  readonly reason: string;
  readonly yes?: true;
}

/** What a cloud can be rolled back to: list, show, verify, fetch, drop. Without one of these words it lists. */
export function addRestorePoints({ program, withDesk }: Add): void {
  const group = program.command('restore-points').description('what a cloud can be rolled back to');
  const about = (name: string, description: string, options: { isDefault?: boolean } = {}): Command =>
    group.command(name, options).description(description).requiredOption('--cloud <name>', 'which cloud');
  const one = (name: string, description: string, act: (desk: Desk, wish: Wish) => Promise<void>): void => {
    about(name, description)
      .option('--restore-point <run>', 'the id of the run that made it; default: the newest one')
      .action((wish: Wish) => withDesk((desk) => act(desk, wish)));
  };
  about('list', 'list them with age and size, the newest first (default)', { isDefault: true }).action(
    ({ cloud }: Wish) =>
      withDesk(async ({ upgrade, print }) => {
        const points = await upgrade.restorePoints({ cloud });
        print({ json: points, text: () => restorePointLines({ points, now: new Date() }) });
      }),
  );
  one('show', 'show what one holds: databases, files, packages, second copy', async ({ upgrade, print }, wish) => {
    const details = await upgrade.restorePoint(wish);
    print({ json: details, text: () => detailsText({ details, now: new Date() }) });
  });
  one(
    'verify',
    'read and hash every file of one, and of its second copy. Exit code 3 when one is not as it was recorded',
    async ({ upgrade, print }, wish) => {
      const verified = await upgrade.verifyRestorePoint(wish);
      print({ json: verified, text: () => verifiedText(verified) });
      if (verified.problems.length + verified.unread.length > 0) process.exitCode = exitCodes.refused;
    },
  );
  one('fetch', 'bring damaged and missing files back from the second copy', async ({ upgrade, print }, wish) => {
    const fetched = await upgrade.fetchRestorePoint(wish);
    print({ json: fetched, text: () => fetchedText(fetched) });
    if (fetched.left.length + fetched.unread.length > 0) process.exitCode = exitCodes.refused;
  });
  about('drop', 'delete restore points on every host; refused while a run holds the cloud')
    .option('--restore-point <runs...>', 'the ids of their runs')
    .option('--older-than <days>', 'all that are older, but never the newest one', Number)
    .option('--by <you>', 'who deletes; default: your login, unless it is root')
    .option('--reason <text>', 'the reason, for the log of the hosts', '')
    .option('--yes', 'do not ask')
    .action((wish: Drop) => withDesk((desk) => drop({ desk, wish })));
}

async function drop({ desk, wish }: { desk: Desk; wish: Drop }): Promise<void> {
  const { upgrade, print } = desk;
  const request = dropWish({ wish, by: wish.by ?? desk.by });
  if (wish.yes !== true) await confirm({ desk, request });
  const dropped = await upgrade.dropRestorePoints(request);
  print({ json: dropped, text: () => droppedText(dropped) });
  if (dropped.refused.length > 0) process.exitCode = exitCodes.refused;
}

function dropWish({ wish, by }: { wish: Drop; by: string }): DropWish {
  const { cloud, reason, restorePoint: restorePoints, olderThan: olderThanDays } = wish;
  if (by === '')
    throw new UpgradeError({
      code: 'invalidRequest',
      message: 'Say who deletes: --by YOUR-NAME. Nothing was deleted.',
    });
  if (restorePoints !== undefined && olderThanDays === undefined) return { cloud, by, reason, restorePoints };
  if (restorePoints === undefined && olderThanDays !== undefined) return { cloud, by, reason, olderThanDays };
  throw new UpgradeError({
    code: 'invalidRequest',
    message: 'Say which ones: --restore-point RUN, or --older-than DAYS. Nothing was deleted.',
  });
}

async function confirm({ desk, request }: { desk: Desk; request: DropWish }): Promise<void> {
  const which =
    request.restorePoints === undefined
      ? `all restore points that are older than ${String(request.olderThanDays)} days, but the newest one,`
      : request.restorePoints.join(', ');
  const points = await desk.upgrade.restorePoints(request);
  const said = await askYes({
    text: restorePointLines({ points, now: new Date() }),
    question: `Delete ${which} of ${request.cloud} on every host? No rollback can return to it afterwards.`,
  });
  if (!said)
    throw new UpgradeError({ code: 'invalidRequest', message: 'Nothing was deleted: you did not confirm it.' });
}
