import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TransportUnderTest } from '../transports-under-test';
import { failure, kindAndSent, pauseSeconds, rig } from './rig';

const OTHER_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

/** Whom a transport talks to, and whom not. */
export function testHostKeys(under: TransportUnderTest): void {
  const { sshd, proxy, throughProxy, another, transport } = rig(under);
  const exec = { host: 'ctl1', command: 'echo in', deadlineSeconds: 10 };
  /** A host with this known_hosts; NAME and KEY stand for the server's own. */
  const hostKnownBy = (lines: string): ReturnType<typeof throughProxy> => {
    const knownHostsFile = join(sshd().directory, 'known');
    const name = `[127.0.0.1]:${String(proxy().port)}`;
    writeFileSync(knownHostsFile, `${lines.replaceAll('NAME', name).replaceAll('KEY', sshd().hostKey)}\n`);
    return { ...throughProxy(), knownHostsFile };
  };

  it.each([
    ['is not known', '', /known/],
    ['is known under another port only', '[127.0.0.1]:1 KEY', /known/],
    ['is taken away by a negation', '[127.0.0.1]:*,!NAME KEY', /known/],
    ['is revoked', 'NAME KEY\n@revoked * KEY', /revoked/],
    ['is not the one of the line without a port', `127.0.0.1 ${OTHER_KEY}`, /known/],
    ['has changed', `NAME ${OTHER_KEY}`, /(not the one in .*known line 1|has changed)/],
    ['is only that of a certificate authority', '@cert-authority NAME KEY', /known/],
  ])('sends nothing to a host whose key %s', async (_, lines, text) => {
    const error = await failure(transport({ hosts: [hostKnownBy(lines)] }).exec(exec));
    expect(kindAndSent(error)).toEqual({ kind: 'hostKey', sent: false });
    expect(error.message).toMatch(text);
    expect(error.message).toContain('Nothing was sent');
  });

  it('sends nothing without a known_hosts file', async () => {
    const host = { ...throughProxy(), knownHostsFile: join(sshd().directory, 'nowhere') };
    const error = await failure(transport({ hosts: [host] }).exec(exec));
    expect(kindAndSent(error)).toEqual({ kind: 'hostKey', sent: false });
    expect(error.message).toContain(host.knownHostsFile);
  });

  it.each([
    ['its address', 'NAME KEY'],
    ['the name in the cloud file', '[ctl1]:PORT KEY'],
    ['its address without the port, as ssh looks it up at last', '127.0.0.1 KEY'],
    ['a wildcard', '[127.0.*]:PORT,!other KEY'],
    ['its address, beside another host that has the same name pattern', `other,NAME ${OTHER_KEY}\nNAME KEY`],
  ])('talks to a host known by %s', async (_, lines) => {
    const host = hostKnownBy(lines.replaceAll('PORT', String(proxy().port)));
    expect((await transport({ hosts: [host] }).exec(exec)).stdout).toBe('in\n');
  });

  it.each(['its address', 'its name'])('talks to a host known by a hash of %s', async (by) => {
    const name = by === 'its address' ? '127.0.0.1' : 'ctl1';
    const host = hostKnownBy(`[${name}]:${String(proxy().port)} KEY`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', host.knownHostsFile], { stdio: 'ignore' });
    expect(readFileSync(host.knownHostsFile, 'utf8')).toMatch(/^\|1\|/);
    expect((await transport({ hosts: [host] }).exec(exec)).stdout).toBe('in\n');
  });

  it('reads paths with blanks, percent signs and quotes as they are', async () => {
    const directory = join(sshd().directory, 'a %h "b" \\ dir');
    execFileSync('mkdir', ['-p', directory]);
    const identityFile = join(directory, 'key file');
    execFileSync('cp', [join(sshd().directory, 'user'), identityFile]);
    const host = { ...hostKnownBy('NAME KEY'), identityFile };
    execFileSync('cp', [host.knownHostsFile, join(directory, 'known hosts')]);
    const result = await transport({ hosts: [{ ...host, knownHostsFile: join(directory, 'known hosts') }] }).exec(exec);
    expect(result.stdout).toBe('in\n');
  });

  it('counts a correction of known_hosts at the next connection', async () => {
    const one = transport({ hosts: [hostKnownBy('')] });
    expect((await failure(one.exec(exec))).kind).toBe('hostKey');
    hostKnownBy('NAME KEY');
    await pauseSeconds(3.1); // a refusal is believed for three seconds
    expect((await one.exec(exec)).stdout).toBe('in\n');
  });

  it('notices that the host came back with another key', async () => {
    const other = await another();
    const one = transport({ hosts: [other.host()] });
    expect((await one.exec(exec)).stdout).toBe('in\n');
    await other.restart({ hostKey: 'new' });
    // The session that is open goes on: it was verified. The next one is not made.
    expect((await one.exec({ ...exec, command: 'echo same' })).stdout).toBe('same\n');
    await failure(one.exec({ ...exec, command: other.killSession }));
    expect(kindAndSent(await failure(one.exec(exec)))).toEqual({ kind: 'hostKey', sent: false });
  });

  it('asks a host with several keys for the one it knows', async () => {
    const other = await another('HostKey ECDSA');
    const line = readFileSync(join(other.directory, 'ecdsa.pub'), 'utf8');
    writeFileSync(join(other.directory, 'known_hosts'), `[127.0.0.1]:${String(other.port)} ${line}`);
    expect((await transport({ hosts: [other.host()] }).exec(exec)).stdout).toBe('in\n');
  });

  it('keeps a connection through rekeys', async () => {
    const other = await another('RekeyLimit 1M');
    let bytes = 0;
    const onStdout = (chunk: Buffer): number => (bytes += chunk.length);
    const command = 'head -c 20000000 /dev/urandom';
    const result = await transport({ hosts: [other.host()] }).exec({ ...exec, command, onStdout, deadlineSeconds: 30 });
    expect([result.exitCode, bytes]).toEqual([0, 20_000_000]);
  });

  it('says that the key does not open the door, and does not try again at once', async () => {
    const stranger = join(sshd().directory, 'stranger');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    const one = transport({ hosts: [{ ...throughProxy(), identityFile: stranger }] });
    const before = proxy().connections();
    const errors = [await failure(one.exec(exec)), await failure(one.exec(exec)), await failure(one.exec(exec))];
    expect(errors.map(kindAndSent)).toEqual(Array(3).fill({ kind: 'auth', sent: false }));
    expect(errors[0]?.message).toMatch(
      /ctl1 .* refused the login of \S+ with the key .*stranger\. Nothing was sent\. Add the public key/,
    );
    expect(proxy().connections() - before).toBe(1);
  });
}
