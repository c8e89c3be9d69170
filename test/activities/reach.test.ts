import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReaches } from '../../activities/reach';
import type { Cloud } from '../../schema/cloud';
import { whyNoSshd } from '../../lab/machine/loopback-sshd';
import { startSshd } from '../remote/ssh/sshd';
import { toyCloud } from '../../testing/toy-survey';

const reason = whyNoSshd();
if (reason !== null) process.stderr.write(`NOT TESTED: reaching a cloud's hosts: ${reason}\n`);

describe('the way to a cloud whose file asks for OpenSSH', () => {
  const directory = mkdtempSync(join(tmpdir(), 'osu-reach-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const cloudAt = (ssh: Partial<Cloud['ssh']>, port: number): Cloud => ({
    ...toyCloud(['ctl1']),
    ssh: { user: 'nobody', knownHostsFile: join(directory, 'none'), client: 'openssh', ...ssh },
    hosts: { ctl1: { address: '127.0.0.1', port, roles: ['controller'] } },
  });

  it.each([
    ['is missing', null, /there is no program "\S+ssh" on the worker's machine/],
    ['is too old', 'echo OpenSSH_7.4p1, OpenSSL 1.0.2k >&2', /ssh -V" says "OpenSSH_7\.4p1, OpenSSL 1\.0\.2k"/],
    ['is another one', 'echo Dropbear v2022.83 >&2', /ssh -V" says "Dropbear v2022\.83"/],
    ['is broken', 'echo no such library >&2; exit 127', /ssh -V" fails on the worker's machine: no such library/],
  ])('says at once that the client %s', async (_, script, what) => {
    const sshProgram = join(directory, 'ssh');
    rmSync(sshProgram, { force: true });
    if (script !== null) writeFileSync(sshProgram, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const reaches = createReaches({ sshProgram });
    const error: unknown = await reaches.to(cloudAt({}, 22)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ type: 'Cloud.FileInvalid', nonRetryable: true });
    expect((error as Error).message).toMatch(what);
    expect((error as Error).message).toMatch(/Install OpenSSH 8\.0 or newer .*client: ssh2.* Nothing was changed\.$/);
    await reaches.close();
  });

  (reason === null ? it : it.skip)('takes the client and the configuration that the file names', async () => {
    const sshd = await startSshd();
    const host = sshd.host();
    const configFile = join(directory, 'ssh_config');
    writeFileSync(configFile, `Host ctl1\n  IdentityFile ${host.identityFile}\n`);
    const { user, knownHostsFile } = host;
    const reaches = createReaches();
    const reach = await reaches.to(cloudAt({ user, knownHostsFile, configFile }, sshd.port));
    const result = await reach.transport.exec({ host: 'ctl1', command: 'echo in', deadlineSeconds: 20 });
    await reaches.close();
    await sshd.stop();
    expect(result.stdout).toBe('in\n');
  });
});
