import '../lab/lab-own-network';
import type { HostName } from '../../lab';
import { askingRollback, rollbackId as id, type AskingRollback } from '../lab/asking-rollback';
import { createStack, stackStatus, updateStack } from '../lab/cloud-stack';
import { differences, exactCloud } from '../lab/exact-cloud';
import { insist, onHost, openGate, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';
import { startUpgradedRig } from '../lab/upgraded-rig';

jest.setTimeout(60 * 60 * 1000);

const state = '/var/lib/openstack-upgrade';

/** What somebody, or something, did to a restore point, and how it is taken back. */
interface Trap {
  readonly host: HostName;
  readonly set: string;
  readonly unset: string;
  /** What the question says, before anything is stopped. */
  readonly says: RegExp;
}

/** Wishes that go wrong elsewhere in silence: each is refused in words before anything stops, or handled. */
describe('a rollback of a completed upgrade', () => {
  let rig: UpgradeRig;
  let before: readonly string[];
  let point: string;
  let asking: AskingRollback;

  beforeAll(async () => {
    ({ rig, before, runId: point } = await startUpgradedRig());
    asking = askingRollback({ rig, point });
  });
  afterAll(() => rig.stop());
  afterEach(() => asking.leave());

  it.each<[string, Trap]>([
    [
      'a dump that was cut off',
      {
        host: 'db1',
        set: 'cp -p db/heat/final.sql.zst /var/tmp/whole; truncate -s -100 db/heat/final.sql.zst',
        unset: 'cp -p /var/tmp/whole db/heat/final.sql.zst',
        says: /final\.sql\.zst: FAILED/,
      },
    ],
    [
      'a dump of another schema, with sums that fit',
      {
        host: 'db1',
        set: 'cp -rp db/heat /var/tmp/heat; cp -p db/keystone/final.sql.zst db/heat/; cd db/heat; sha256sum $(cut -d " " -f 3 final.SHA256SUMS) > sums; mv sums final.SHA256SUMS',
        unset: 'rm -rf db/heat; cp -rp /var/tmp/heat db/heat; rm -rf /var/tmp/heat',
        says: /the dump is not one of heat alone\. Nothing was restored\./,
      },
    ],
    [
      'a dump of another release, with sums that fit',
      {
        host: 'db1',
        set: 'cp -rp db/heat /var/tmp/heat; cd db/heat; mariadb-dump --single-transaction --hex-blob --add-drop-database --databases heat > now.sql; zstd -q -f now.sql -o final.sql.zst; rm now.sql; sha256sum $(cut -d " " -f 3 final.SHA256SUMS) > sums; mv sums final.SHA256SUMS',
        unset: 'rm -rf db/heat; cp -rp /var/tmp/heat db/heat; rm -rf /var/tmp/heat',
        says: /the dump is not one of heat as it was recorded/,
      },
    ],
    [
      'an archive of the configuration that is damaged',
      {
        host: 'ctl1',
        set: 'cp -p config/config.tar.zst /var/tmp/; printf x | dd of=config/config.tar.zst bs=1 seek=100 conv=notrunc status=none',
        unset: 'cp -p /var/tmp/config.tar.zst config/',
        says: /config\.tar\.zst: FAILED/,
      },
    ],
    [
      'a kept package whose bytes changed',
      {
        host: 'ctl2',
        set: `cd ${state}/pool/*/old; cp -p heat-common_*.deb /var/tmp/; for file in heat-common_*.deb; do printf x >> "$file"; done`,
        unset: `cp -p /var/tmp/heat-common_*.deb ${state}/pool/*/old/`,
        says: /heat-common_.*\.deb: FAILED/,
      },
    ],
    [
      'a restore point that was never finished',
      {
        host: 'db1',
        set: 'mv db/keystone/final.SHA256SUMS /var/tmp/',
        unset: 'mv /var/tmp/final.SHA256SUMS db/keystone/',
        says: /final\.SHA256SUMS: No such file/,
      },
    ],
    [
      'an installed version that is gone from the pool',
      {
        host: 'ctl2',
        set: `cd ${state}/pool/*/old; mv heat-engine_*.deb /var/tmp/`,
        unset: `mv /var/tmp/heat-engine_*.deb ${state}/pool/*/old/`,
        says: /heat-engine/,
      },
    ],
    [
      'a package that was upgraded once more since',
      {
        host: 'ctl1',
        set: `sed -i '/^Package: heat-common$/,/^Version/ s/^Version: .*/Version: 1:21.9.9/' /var/lib/dpkg/status`,
        unset: `sed -i '/^Package: heat-common$/,/^Version/ s/^Version: .*/Version: 1:21.0.0-0lab1/' /var/lib/dpkg/status`,
        says: /heat-common is at 1:21\.9\.9, and that run knew 1:20\.0\.0-0lab1 and 1:21\.0\.0-0lab1/,
      },
    ],
  ])('asks before anything stops: %s', async (_, { host, set, unset, says }) => {
    const { client } = rig;
    const inPoint = (command: string): string => `cd ${state}/restore-points/${point} && { ${command}; }`;
    await onHost({ host, command: inPoint(set) });
    const plan = await asking.begin();
    const gate = await asking.nextGate([plan.code]);
    await onHost({ host, command: inPoint(unset) });
    expect(gate?.about.kind).toBe('drift');
    expect(gate?.question).toMatch(says);
    expect(gate?.choices).toEqual(['retry', 'markDone', 'abort']);
    expect(await onHost({ host: 'ctl1', command: 'systemctl is-active heat-engine heat-api keystone' })).toBe(
      'active\nactive\nactive\n',
    );
    await insist(() => client.decide(id, { gate: gate?.code ?? '', choice: 'abort', by: 'bo', reason: 'test' }));
    await client.result(id);
  });

  it('knows no restore point of another cloud', async () => {
    const other = '99999999-9999-4999-8999-999999999999';
    await onHost({
      host: 'db1',
      command: `cd ${state}; cp -rp runs/${point} runs/${other}; cp -rp restore-points/${point} restore-points/${other}
sed -i 's/"cloud":"cedar"/"cloud":"oak"/g; s/${point}/${other}/g' runs/${other}/plan.json`,
    });
    await insist(() => rig.client.rollback({ cloud: 'cedar', restorePoint: other }));
    await expect(rig.client.result(id)).rejects.toThrow(/has no restore point 99999999-/);
    await onHost({ host: 'db1', command: `rm -rf ${state}/runs/${other} ${state}/restore-points/${other}` });
  });

  it('goes through with the rest: what others changed, keys that rotated, a hold, a hand that is in the database, a server that refuses half-way', async () => {
    const { client } = rig;
    await onHost({
      host: 'ctl1',
      command:
        'echo "# by hand, after the upgrade" >> /etc/heat/heat.conf; echo "{}" > /etc/heat/theirs.json; apt-mark -q hold heat-api-cfn; ' +
        'cp -p /etc/keystone/fernet-keys/0 /etc/keystone/fernet-keys/9',
    });
    await createStack({ name: 'from-after' });
    await insist(() => client.rollback({ cloud: 'cedar', restorePoint: point }));
    const plan = await openGate({ client, id, about: 'plan', forSeconds: 240 });
    const { plan: data } = await client.planData(id);
    expect(data.findings.find(({ id: one }) => one === 'changed-since@ctl1')?.text).toContain('/etc/heat/heat.conf');
    expect(plan.question).toContain('1 stack (from-after)');
    // Somebody's console, on the schema that will be restored, and a server that takes no long statement.
    const console = onHost({
      host: 'db1',
      command: 'mariadb heat -e "SELECT SLEEP(600)" & echo $! > /var/tmp/console; wait; true',
    });
    await client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });

    const silent = await asking.nextGate([plan.code]);
    expect(silent?.about).toMatchObject({ kind: 'failure', stepId: 'rollback/silent-heat' });
    expect(silent?.question).toMatch(/SLEEP|connected|root/);
    expect(silent?.question).toMatch(/Closed at the load balancer: .*heat_api/);
    await onHost({
      host: 'db1',
      command:
        'mariadb -N -B -e "SELECT id FROM information_schema.processlist WHERE info LIKE \'SELECT SLEEP(600)%\'" | while read -r one; do mariadb -e "KILL $one"; done; ' +
        'mariadb -e "SET GLOBAL net_buffer_length = 1024, max_allowed_packet = 1024"',
    });
    await console;
    await insist(() => client.decide(id, { gate: silent?.code ?? '', choice: 'retry', by: 'bo', reason: 'test' }));

    const known = [plan.code, silent?.code ?? ''];
    const half = await asking.nextGate(known);
    expect(half?.about).toMatchObject({
      kind: 'failure',
      stepId: expect.stringMatching(/^rollback\/restore-/) as unknown,
    });
    expect(half?.question).toMatch(
      /is half restored\. The one way on is this step again, from its beginning \(retry\)/,
    );
    expect(half?.choices).toEqual(['retry', 'markDone', 'abort']);
    // A word alone does not make it whole.
    await insist(() => client.decide(id, { gate: half?.code ?? '', choice: 'markDone', by: 'bo', reason: 'test' }));
    known.push(half?.code ?? '');
    // Both databases are loaded side by side, and each that fails asks.
    await untilStatus({
      client,
      id,
      holds: ({ gates }) =>
        gates.some(({ code, about }) => !known.includes(code) && JSON.stringify(about) === JSON.stringify(half?.about)),
      forSeconds: 300,
    });
    await onHost({
      host: 'db1',
      command: 'mariadb -e "SET GLOBAL net_buffer_length = 16384, max_allowed_packet = 16777216"',
    });
    let open = await asking.nextGate(known);
    for (; open?.about.kind === 'failure'; open = await asking.nextGate(known)) {
      const gate = open.code;
      known.push(gate);
      await insist(() => client.decide(id, { gate, choice: 'retry', by: 'bo', reason: 'test' }));
    }
    expect(open?.about).toMatchObject({ kind: 'phase', phaseId: 'back-all-open' });
    await insist(() => client.approve(id, { gate: open?.code ?? '', by: 'ana', reason: 'test' }));
    known.push(open?.code ?? '');
    expect(await asking.nextGate(known)).toBeNull();

    const theirs = await onHost({
      host: 'ctl1',
      command:
        'tail -n 1 /etc/heat/heat.conf; cat /etc/heat/theirs.json; ls /etc/keystone/fernet-keys/9; apt-mark showhold',
    });
    // Holds are as before the upgrade: one that keeps its version would keep a version that is gone.
    expect(theirs).toBe('# by hand, after the upgrade\n{}\n/etc/keystone/fernet-keys/9\n');
    await onHost({
      host: 'ctl1',
      command: 'sed -i "$ d" /etc/heat/heat.conf; rm /etc/heat/theirs.json /etc/keystone/fernet-keys/9',
    });
    const left = differences({ before, now: await exactCloud() });
    process.stdout.write(`${JSON.stringify(left, null, 1)}\n`);
    expect(left).toEqual([]);
    await expect(stackStatus({ name: 'from-after' })).rejects.toThrow();
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });
});
