import '../lab/lab-own-network';
import type { Gate } from '../../schema/decision';
import { createStack, stackStatus, updateStack } from '../lab/cloud-stack';
import { differences, exactCloud } from '../lab/exact-cloud';
import { insist, onHost, openGate, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';
import { startUpgradedRig } from '../lab/upgraded-rig';

jest.setTimeout(60 * 60 * 1000);

const id = 'cedar.rollback';
const data = '/var/lib/mysql';

/**
 * The databases on a file system of their own, and in Heat's some 60 MB, which take seconds to load. Services connect again by
 * themselves.
 */
const smallFileSystem = `
  systemctl stop mariadb
  cp -a ${data} /var/tmp/mysql
  mount -t tmpfs -o size=1g,mode=0755 tmpfs ${data}
  chown --reference=/var/tmp/mysql ${data}; cp -a /var/tmp/mysql/. ${data}/
  systemctl start mariadb
  for row in $(seq 60); do echo "INSERT INTO raw_template_files (files) VALUES (REPEAT('x', 1000000));"; done | mariadb heat`;

/** Somebody else's file takes everything but so much. */
const fill = (options: { file: string; leaveMegabytes: number }): string =>
  `fallocate -l $(($(df --output=avail -B1 ${data} | tail -n 1) - ${String(options.leaveMegabytes)} * 1024 * 1024)) ${data}/${options.file}`;

/** In the middle of the load: the old table is dropped, and the new one grows. */
const fillMidway = `
  while :; do
    size=$(stat -c %s ${data}/heat/raw_template_files.ibd 2>/dev/null || echo 0)
    test "$size" -le 4000000 -o "$size" -ge 40000000 || break
  done
  ${fill({ file: 'more', leaveMegabytes: 8 })}`;

/** MariaDB may have ended itself, and systemd may have given up on it. */
const makeRoom = `rm -f ${data}/ballast ${data}/more
  systemctl -q is-active mariadb || { systemctl reset-failed mariadb; systemctl start mariadb; }`;

const besideUs = (script: string): string =>
  `cat > /var/tmp/beside.sh <<'END'\n${script}\nEND\nsystemd-run --quiet --unit=ballast sh /var/tmp/beside.sh`;

describe('a rollback whose databases have no room', () => {
  let rig: UpgradeRig;
  let before: readonly string[];
  let point: string;

  beforeAll(async () => {
    const first = (): Promise<unknown> => onHost({ host: 'db1', command: smallFileSystem });
    ({ rig, before, runId: point } = await startUpgradedRig({ first }));
    await createStack({ name: 'from-after' });
  });
  afterAll(() => rig.stop());

  /** Every question that is open and not one of these, once there is one; or none: the run is complete. */
  async function next(known: readonly string[]): Promise<readonly Gate[]> {
    const { gates } = await untilStatus({
      client: rig.client,
      id,
      holds: ({ state, gates: open }) => state === 'completed' || open.some(({ code }) => !known.includes(code)),
      forSeconds: 900,
    });
    return gates.filter(({ code }) => !known.includes(code));
  }

  const decide = (gate: Gate, choice: 'retry' | 'markDone'): Promise<unknown> =>
    insist(() => rig.client.decide(id, { gate: gate.code, choice, by: 'bo', reason: 'test' }));

  /** Both databases are loaded side by side, and each that has no room asks. */
  async function untilOpen(options: { known: string[]; retried: readonly Gate[] }): Promise<Gate> {
    const { known, retried } = options;
    for (const gate of retried) await decide(gate, 'retry');
    for (;;) {
      const gates = await next(known);
      const phase = gates.find(({ about }) => about.kind === 'phase');
      if (phase !== undefined) return phase;
      if (gates.length === 0) throw new Error('the run is complete without the question before it opens');
      for (const gate of gates) await decide(gate, 'retry');
      known.push(...gates.map(({ code }) => code));
    }
  }

  it('says so before anything stops, and in the middle of a load, and goes on after room was made', async () => {
    const { client } = rig;
    await onHost({ host: 'db1', command: fill({ file: 'ballast', leaveMegabytes: 40 }) });
    await insist(() => client.rollback({ cloud: 'cedar', restorePoint: point }));
    const plan = await openGate({ client, id, about: 'plan', forSeconds: 240 });
    await client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
    const known = [plan.code];

    const [early] = await next(known);
    process.stdout.write(`${early?.question ?? 'no question'}\n`);
    expect(early?.about.kind).toBe('drift');
    expect(early?.question).toMatch(/\/var\/lib\/mysql\/ has room for \d+ bytes, the load of heat needs \d+/);
    expect(await onHost({ host: 'ctl1', command: 'systemctl is-active heat-engine heat-api keystone' })).toBe(
      'active\nactive\nactive\n',
    );
    const enough = fill({ file: 'ballast', leaveMegabytes: 200 });
    await onHost({ host: 'db1', command: `rm ${data}/ballast\n${enough}\n${besideUs(fillMidway)}` });
    if (early !== undefined) await decide(early, 'retry');
    known.push(early?.code ?? '');

    const asked = await next(known);
    const half = asked.find(({ about }) => about.kind === 'failure' && about.stepId === 'rollback/restore-heat');
    process.stdout.write(`${half?.question ?? asked[0]?.question ?? 'no question'}\n`);
    expect(half?.question).toMatch(/ERROR (?:1114|2013) /);
    // Nobody's rows.
    expect(half?.question).not.toContain('xxxx');
    expect(half?.question).toMatch(/\/var\/lib\/mysql\/ has room for \d+ bytes now/);
    expect(half?.question).toMatch(/heat is half restored\. The one way on is this step again, from its beginning/);
    expect(half?.choices).toEqual(['retry', 'markDone', 'abort']);
    expect(half?.question).toMatch(/^retry: the restore starts from its beginning\./m);
    // A word alone does not make it complete.
    if (half !== undefined) await decide(half, 'markDone');
    known.push(...asked.map(({ code }) => code));
    const [still] = await next(known);
    expect(still?.about).toEqual(half?.about);

    await onHost({ host: 'db1', command: makeRoom });
    const open = await untilOpen({ known, retried: asked.filter((gate) => gate !== half) });
    expect(open.about).toMatchObject({ kind: 'phase', phaseId: 'back-all-open' });
    known.push(open.code);
    await insist(() => client.approve(id, { gate: open.code, by: 'ana', reason: 'test' }));
    expect(await next(known)).toEqual([]);
    expect(differences({ before, now: await exactCloud() })).toEqual([]);
    await expect(stackStatus({ name: 'from-after' })).rejects.toThrow();
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });
});
