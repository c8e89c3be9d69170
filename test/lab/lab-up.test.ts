import './lab-own-network';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  addressOf,
  hostNames,
  killHost,
  labBoot,
  labDown,
  labExec,
  labPlaces,
  labPowerOff,
  labStatus,
  labUp,
  worksAt,
  type HostName,
  type Lab,
} from '../../lab';
import { setFrontends } from '../../plan/commands/frontends';
import { changeExit, type Change } from '../../schema/plan';
import { liveOneStack } from './lab-stack';
import { overSsh } from './over-ssh';

const execute = promisify(execFile);

/** The first start on a machine builds everything. */
jest.setTimeout(25 * 60 * 1000);

describe('the lab', () => {
  let lab: Lab;

  beforeAll(async () => {
    await labDown();
    lab = await labUp({ series: 'antelope' });
  });
  afterAll(() => labDown());

  it('lets its user in by ssh with pinned host keys, and to root by sudo, on every host', async () => {
    const answers = await Promise.all(
      lab.hosts.map(async ({ address }) => (await overSsh({ lab, address, command: 'hostname; sudo id -un' })).stdout),
    );
    expect(answers).toEqual(hostNames.map((host) => `${host}\nroot\n`));
  });

  it('boots every host until its systemd is content', async () => {
    expect((await labStatus()).hosts.map(({ name, state }) => [name, state])).toEqual(
      hostNames.map((host) => [host, 'running']),
    );
  });

  it('answers at each controller and through the load balancer', async () => {
    const answers = await Promise.all(
      (['ctl1', 'ctl2', 'lb1'] as const).map((host) => worksAt({ address: addressOf(host) })),
    );
    expect(answers).toEqual([true, true, true]);
  });

  it('creates and deletes a real stack', async () => {
    expect(await liveOneStack({ name: 'first' })).toEqual(['CREATE_COMPLETE', 'gone']);
  });

  it('can keep users out at a front end of HAProxy, and let them in again', async () => {
    const front = 'keystone_front';
    const set = (open: readonly string[], closed: readonly string[]): Promise<number | null> =>
      onBalancer(setFrontends({ id: 'proof/fronts', title: '', socket: '/run/haproxy/admin.sock', open, closed }));
    const knock = async (host: HostName): Promise<string> =>
      (
        await labExec({
          host: 'ctl2',
          command: `curl -s -o /dev/null -m 10 -w '%{http_code}' http://${addressOf(host)}:5000/v3`,
        })
      ).stdout;
    expect([await knock('lb1'), await set([front], [])]).toEqual(['200', changeExit.unchanged]);
    expect([await set([], [front]), await knock('lb1'), await knock('ctl1')]).toEqual([0, '000', '200']);
    expect([await set([], [front]), await set([front], []), await knock('lb1')]).toEqual([
      changeExit.unchanged,
      0,
      '200',
    ]);
  });

  it('has apt on every host that updates without a complaint', async () => {
    const updates = await Promise.all(
      hostNames.map((host) =>
        labExec({ host, command: 'apt-get -q update >/dev/null && apt-get -q check >/dev/null' }),
      ),
    );
    expect(updates).toEqual(hostNames.map(() => ({ stdout: '', stderr: '', exitCode: 0 })));
  });

  it('shows a host the target versions once it has the source of the cloud file', async () => {
    const source = readFileSync(join(lab.cloudsDirectory, 'bobcat.sources'), 'utf8');
    expect(
      await versionsOffered({ host: 'ctl2', source, packages: ['heat-engine', 'keystone', 'python3-oslo.messaging'] }),
    ).toEqual(['heat-engine 1:21.0.0-0lab1', 'keystone 2:24.0.0-0lab1', 'python3-oslo.messaging 14.1.0-0lab1']);
  });

  it('offers no package from a repository whose signature is not of the key that was asked for', async () => {
    const source = readFileSync(join(lab.cloudsDirectory, 'bobcat.sources'), 'utf8');
    const wrongKey = source.replace(/^Signed-By: .*$/m, 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg');
    expect(await versionsOffered({ host: 'ctl2', source: wrongKey, packages: ['heat-engine', 'keystone'] })).toEqual(
      [],
    );
  });

  it('refuses to raise another series over the one that runs', async () => {
    await expect(labUp({ series: 'zed' })).rejects.toThrow(
      'The lab runs with antelope; zed was asked for. Run npm run lab -- down first.',
    );
  });

  it('repairs itself after a power cut and keeps what was on the disk', async () => {
    await labExec({ host: 'ctl2', command: 'echo kept >/root/mark; sync' });
    await killHost({ host: 'ctl2' });
    expect((await labStatus()).hosts.filter(({ state }) => state === 'off').map(({ name }) => name)).toEqual(['ctl2']);
    await labUp({ series: 'antelope' });
    expect(await labExec({ host: 'ctl2', command: 'cat /root/mark' })).toEqual({
      stdout: 'kept\n',
      stderr: '',
      exitCode: 0,
    });
  });

  it('keeps the address of its bridge, whichever host is switched off', async () => {
    const bridge = `osu-lab-${process.env['OSU_LAB_NETWORK'] ?? ''}`;
    const { stdout } = await execute('ip', ['-o', '-n', bridge, 'link', 'show']);
    const of = (link: RegExp): string[] =>
      stdout
        .split('\n')
        .filter((line) => link.test(line))
        .map((line) => /link\/ether (\S+)/.exec(line)?.[1] ?? '');
    const cables = of(/ master br0 /);
    expect(cables).toHaveLength(hostNames.length + 1);
    expect(cables).not.toContain(of(/^\d+: br0:/)[0]);
  });

  it('boots a single host again that was powered off', async () => {
    await labPowerOff({ host: 'lb1' });
    expect(await worksAt({ address: addressOf('lb1') })).toBe(false);
    await labBoot({ host: 'lb1' });
    await labUp({ series: 'antelope' });
    expect(await worksAt({ address: addressOf('lb1') })).toBe(true);
  });

  it('leaves nothing behind when it is dropped, and starts as new afterwards', async () => {
    await labDown();
    expect(leftovers()).toEqual({ processes: [], mounts: [], namespaces: [], links: [], controlGroups: [], files: [] });
    await labUp({ series: 'antelope' });
    expect((await labExec({ host: 'ctl2', command: 'ls /root/mark' })).exitCode).toBe(2);
  });

  it('keeps its network from a lab of another directory, until all its hosts have ended', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'lab-elsewhere-'));
    const dropOther = async (): Promise<void> => {
      const own = process.env['OSU_LAB_DIR'];
      process.env['OSU_LAB_DIR'] = elsewhere;
      await labDown().finally(() => {
        if (own === undefined) delete process.env['OSU_LAB_DIR'];
        else process.env['OSU_LAB_DIR'] = own;
      });
    };
    const { directory } = labPlaces();
    await expect(dropOther()).rejects.toThrow(`A lab from ${directory} uses this network.`);
    expect(await worksAt({ address: addressOf('lb1') })).toBe(true);
    for (const host of hostNames) await killHost({ host });
    await dropOther();
    expect(leftovers()).toMatchObject({ processes: [], mounts: [], namespaces: [], links: [] });
    rmSync(elsewhere, { recursive: true });
  });
});

/** What apt would offer from one source alone, without touching the host's own apt state. */
async function versionsOffered(options: {
  readonly host: HostName;
  readonly source: string;
  readonly packages: readonly string[];
}): Promise<string[]> {
  const { host, source, packages } = options;
  const apt = '-o Dir::Etc::SourceParts=/root/parts -o Dir::Etc::SourceList=/dev/null -o Dir::State::Lists=/root/lists';
  const script = [
    'rm -rf parts lists; mkdir -p parts lists/partial; cat >parts/only.sources',
    `apt-get ${apt} -q update >/dev/null 2>&1`,
    `apt-cache ${apt} madison ${packages.join(' ')}`,
    'rm -rf parts lists',
  ].join('; ');
  const { stdout } = await labExec({ host, command: script, input: source });
  return stdout
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) =>
      line
        .split('|')
        .slice(0, 2)
        .map((part) => part.trim())
        .join(' '),
    );
}

function leftovers(): Record<string, string[]> {
  const { run } = labPlaces();
  const network = process.env['OSU_LAB_NETWORK'] ?? '';
  const ours = `osu-lab-${network}`;
  const list = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
  const processes = list('/proc').filter(
    (name) => /^\d+$/.test(name) && commandLine(name).some((word) => word.includes(`${run}/`)),
  );
  return {
    processes,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line.includes(`${run}/`) || line.includes(ours)),
    namespaces: list('/run/netns').filter((name) => name.startsWith(ours)),
    links: Object.keys(networkInterfaces()).filter((name) => name === `osu-${network}`),
    controlGroups: ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified']
      .flatMap(list)
      .filter((name) => name === ours),
    files: list('/run').filter((name) => name.startsWith(`temporal-openstack-upgrade-lab-${network}`)),
  };
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Runs a change as a job would; its exit code. */
async function onBalancer(change: Change): Promise<number | null> {
  const script = `export OSU_RUN=proof OSU_HOST=lb1\nmkdir -p /var/lib/openstack-upgrade/runs/proof\n${change.script}`;
  return (await labExec({ host: 'lb1', command: script })).exitCode;
}
