import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keystoneUrls } from '../../catalog/platform/endpoints';

/** The reader's own script in a real shell, on files as services have them. */
describe('where services and the administrator call Keystone', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'keystone-urls-'));
    mkdirSync(join(root, 'heat/heat.conf.d'), { recursive: true });
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const read = (): unknown => {
    const reader = keystoneUrls({ directories: [join(root, 'heat')], credentials: join(root, 'openrc') });
    const { stdout, stderr, status } = spawnSync('sh', ['-c', reader.script.text], { encoding: 'utf8' });
    return reader.parse({ stdout, stderr, exitCode: status ?? 1 });
  };
  const called = (host: string, port: number): object => ({ interface: 'internal', host, port, addresses: [host] });

  it('is in their files, below conf.d as well, and in the openrc; not what users are only told', () => {
    writeFileSync(
      join(root, 'heat/heat.conf'),
      '[keystone_authtoken]\nwww_authenticate_uri = http://127.0.0.9:5000\nauth_url=http://127.0.0.1:5000\n#auth_url = http://127.0.0.8:5000\n' +
        '[clients_keystone]\nauth_uri = http://127.0.0.2:5000/v3\n',
    );
    writeFileSync(join(root, 'heat/heat.conf.d/9.conf'), '[trustee]\nauth_url = https://127.0.0.3\n');
    writeFileSync(join(root, 'openrc'), "export OS_USERNAME=admin\nexport OS_AUTH_URL='http://127.0.0.4:5000/v3'\n");
    expect(read()).toEqual([
      called('127.0.0.1', 5000),
      called('127.0.0.2', 5000),
      called('127.0.0.4', 5000),
      called('127.0.0.3', 443),
    ]);
  });

  it('is empty where nothing says it', () => {
    writeFileSync(join(root, 'heat/heat.conf'), '[DEFAULT]\n');
    expect(read()).toEqual([]);
  });
});
