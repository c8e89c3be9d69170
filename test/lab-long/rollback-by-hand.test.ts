import '../lab/lab-own-network';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armFault } from '../../lab/faults/fail-step';
import type { Gate } from '../../schema/decision';
import { askingRollback, rollbackId as id, type AskingRollback } from '../lab/asking-rollback';
import { updateStack } from '../lab/cloud-stack';
import { differences, exactCloud } from '../lab/exact-cloud';
import { insist, onHost, sleep, type UpgradeRig } from '../lab/upgrade-rig';
import { startUpgradedRig } from '../lab/upgraded-rig';

jest.setTimeout(60 * 60 * 1000);

/** What no lock of a unit keeps away: a process that hangs, and one that somebody starts past its unit. */
describe('a rollback beside processes that people started or that hang', () => {
  let rig: UpgradeRig;
  let before: readonly string[];
  let asking: AskingRollback;

  const directory = mkdtempSync(join(tmpdir(), 'by-hand-'));
  const faultFile = join(directory, 'fail-at');

  beforeAll(async () => {
    const upgraded = await startUpgradedRig({ failAtFile: faultFile });
    ({ rig, before } = upgraded);
    asking = askingRollback({ rig, point: upgraded.runId });
  });
  afterAll(async () => {
    await rig.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(() => asking.leave());

  it('ends an engine and an API that do not end, starts over from a database that is gone, and finds what is started by hand before, during and after the load', async () => {
    const { client } = rig;
    const known: string[] = [];
    const asked = async (): Promise<Gate | null> => {
      const gate = await asking.nextGate(known);
      known.push(gate?.code ?? '');
      return gate;
    };
    const answer = (gate: Gate | null, choice: 'retry' | 'abort'): Promise<unknown> =>
      insist(() => client.decide(id, { gate: gate?.code ?? '', choice, by: 'bo', reason: 'test' }));

    await onHost({ host: 'ctl2', command: deaf });
    const alive = deafUnits.map((unit): unknown =>
      expect.stringMatching(new RegExp(`^${unit}: active success, [1-9]\\d* processes$`)),
    );
    expect(await stateOf(deafUnits)).toEqual(alive);
    armFault({ file: faultFile, words: 'rollback/restore-heat@db1:before' });
    known.push((await asking.begin()).code);
    const first = await asked();
    expect(first?.about).toMatchObject({ kind: 'failure', stepId: 'rollback/restore-heat' });
    expect(await stateOf(deafUnits)).toEqual(deafUnits.map((unit) => `${unit}: failed signal, 0 processes`));
    await onHost({ host: 'ctl2', command: hears });
    await startByHand();
    await answer(first, 'retry');
    // The engine came after both probes for silence: the script that restores reads it itself.
    const early = await asked();
    expect(early?.about).toEqual(first?.about);
    expect(early?.question).toMatch(/heat from \S+ \(\d+ connections\)/);
    await endByHand();
    // As a server leaves it that dies between DROP and CREATE; and its run ends there.
    await onHost({ host: 'db1', command: 'mariadb -e "DROP DATABASE heat"' });
    await answer(early, 'abort');
    await client.result(id);

    await onHost({ host: 'db1', command: consoleDuringLoad });
    known.push((await asking.begin()).code);
    const during = await asked();
    expect(during?.about).toMatchObject({ kind: 'failure', stepId: 'rollback/restore-heat' });
    expect(during?.question).toContain('heat was loaded, and somebody connected to it meanwhile');
    await onHost({ host: 'db1', command: endConsoles });

    armFault({ file: faultFile, words: 'rollback/restore-heat@db1:after' });
    await answer(during, 'retry');
    const loaded = await asked();
    expect(loaded?.about).toEqual(during?.about);
    await startByHand();
    await onHost({ host: 'db1', command: `systemd-run --quiet --unit=console-after mariadb heat -e "${sleeps}"` });
    await answer(loaded, 'retry');
    const engine = await asked();
    expect(engine?.about).toMatchObject({ kind: 'failure', stepId: 'back-all/no-engine-heat' });
    expect(engine?.question).toMatch(/engine\S* has 1 consumer\./);
    await endByHand();
    await answer(engine, 'retry');
    const late = await asked();
    expect(late?.about).toMatchObject({ kind: 'failure', stepId: 'back-all/silent-heat' });
    expect(late?.question).toContain('root from localhost (1 connections)');
    await onHost({ host: 'db1', command: endConsoles });
    await answer(late, 'retry');

    const open = await asked();
    expect(open?.about).toMatchObject({ kind: 'phase', phaseId: 'back-all-open' });
    await insist(() => client.approve(id, { gate: open?.code ?? '', by: 'ana', reason: 'test' }));
    expect(await asking.nextGate(known)).toBeNull();
    expect(differences({ before, now: await exactCloud() })).toEqual([]);
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });
});

/**
 * Asked to end by a signal that nobody hears: systemd wakes a process that is stopped when it asks it to end. Below /run, which no
 * restore point keeps.
 */
const deafUnits = ['heat-engine', 'heat-api'];
const deaf = `for unit in ${deafUnits.join(' ')}; do
mkdir -p /run/systemd/system/$unit.service.d
printf '[Service]\\nKillSignal=SIGURG\\n' > /run/systemd/system/$unit.service.d/50-deaf.conf
done
systemctl daemon-reload`;
const hears = `for unit in ${deafUnits.join(' ')}; do rm -r /run/systemd/system/$unit.service.d; done; systemctl daemon-reload`;

/** State, how it ended, and how many of its processes live. */
async function stateOf(units: readonly string[]): Promise<readonly string[]> {
  const command = `for unit in ${units.join(' ')}; do echo "$unit: $(systemctl is-active $unit) $(systemctl show -p Result --value $unit), $(pgrep -u heat -fc "$unit") processes"; done`;
  return (await onHost({ host: 'ctl2', command })).trim().split('\n');
}

/** Not by its unit, whose lock holds nobody who starts it so. Returns once it takes work. */
async function startByHand(): Promise<void> {
  await onHost({
    host: 'ctl1',
    command: 'systemd-run --quiet --unit=by-hand --uid=heat heat-engine --config-file /etc/heat/heat.conf',
  });
  for (let looks = 0; looks < 60; looks++) {
    const consumers = await onHost({
      host: 'mq1',
      command:
        'rabbitmqctl -q list_queues -p / name consumers --no-table-headers | awk \'$1 == "engine" { print $2 }\'',
    });
    if (Number(consumers.trim()) > 0) return;
    await sleep(1000);
  }
  throw new Error(`no engine works: ${await onHost({ host: 'ctl1', command: 'journalctl -q -n 30 -u by-hand' })}`);
}

const endByHand = (): Promise<string> => onHost({ host: 'ctl1', command: 'systemctl stop by-hand' });

const sleeps = 'SELECT SLEEP(600)';

/** As soon as the load has made the schema, which is gone until then. */
const consoleDuringLoad = `cat > /var/tmp/console.sh <<'END'
until mariadb heat -e 'SELECT 1' 2>/dev/null; do sleep 0.02; done
exec mariadb heat -e "${sleeps}"
END
systemd-run --quiet --unit=console-during sh /var/tmp/console.sh`;

/** On the server: the statement of a client that is killed goes on. */
const endConsoles = `mariadb -N -B -e "SELECT id FROM information_schema.processlist WHERE info LIKE '${sleeps}%'" | while read -r one; do mariadb -e "KILL $one"; done`;
