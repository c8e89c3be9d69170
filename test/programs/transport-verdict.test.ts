import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program';

jest.setTimeout(60_000);
const hasMessaging = spawnSync('/usr/bin/python3', ['-c', 'import oslo_messaging'], { stdio: 'ignore' }).status === 0;

/** The program as it is, and oslo.messaging of this machine. */
(hasMessaging ? describe : describe.skip)('transport-verdict (skipped without python3-oslo.messaging)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'transport-verdict-'));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([
    ['rabbit://openstack:secret@mq1:5672,openstack:secret@mq2:5672//', 'fine'],
    ['rabbit://openstack:p@ss@mq1:5672/', 'fine'],
    ['rabbit://openstack:a%23%3F%2C%5B%5Db@mq1:5672/', 'fine'],
    ['"rabbit://openstack:secret@mq1:5672/"', 'fine'],
    ['rabbit://openstack:pa$$ss@mq1:5672/', 'fine'],
    ['rabbit://openstack:s%2Fcret@mq1:5672/', 'slashInPassword'],
    ['rabbit://openstack:s/cret@mq1:5672/', 'slashInPassword'],
    ['rabbit://openstack:pa#ss@mq1:5672/', 'unparsable'],
    ['rabbit://openstack:pa?ss@mq1:5672/', 'unparsable'],
    ['rabbit://openstack:pa,ss@mq1:5672/', 'unparsable'],
    ['rabbit://openstack:pa[ss@mq1:5672/', 'unparsable'],
    ['rabbit://openstack:pass@mq1:57x/', 'unparsable'],
    ['rabbit:', 'unparsable'],
    ['rabbit://openstack:pa$ss@mq1:5672/', 'interpolated'],
  ])('says of %j: %s, and nothing else', async (url, verdict) => {
    const file = join(directory, 'heat.conf');
    writeFileSync(file, `[DEFAULT]\ntransport_url = ${url}\n`);
    expect(await runProgram({ name: 'transport-verdict', words: [file] })).toEqual({ code: 0, said: verdict });
  });

  it('says nothing of a URL that takes in another option, which the service may have', async () => {
    const file = join(directory, 'heat.conf');
    writeFileSync(file, '[DEFAULT]\nhost = mq1\ntransport_url = rabbit://openstack:secret@${host}:5672/\n');
    expect(await runProgram({ name: 'transport-verdict', words: [file] })).toEqual({ code: 3, said: '' });
  });

  it('says that none is set', async () => {
    const file = join(directory, 'keystone.conf');
    writeFileSync(file, '[DEFAULT]\n');
    expect(await runProgram({ name: 'transport-verdict', words: [file] })).toEqual({ code: 0, said: 'unset' });
  });
});
