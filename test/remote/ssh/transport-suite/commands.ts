import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputLimitError } from '../../../../remote';
import type { TransportUnderTest } from '../transports-under-test';
import { failure, kindAndSent, rig, until } from './rig';

const MEGABYTE = 2 ** 20;

/** What a command gets and gives back. */
export function testCommands(under: TransportUnderTest): void {
  const { sshd, transport, run, throughProxy } = rig(under);

  it('returns exit code, stdout and stderr, and feeds stdin', async () => {
    const exec = { host: 'ctl1', command: 'cat; echo oops >&2; exit 3', stdin: 'in', deadlineSeconds: 10 };
    const result = await transport({ hosts: [sshd().host()] }).exec(exec);
    expect(result).toEqual({ exitCode: 3, stdout: 'in', stderr: 'oops\n' });
  });

  it.each([0, 1, 126, 127, 200, 254, 255])('returns exit code %i', async (exitCode) => {
    const result = await run(`printf 'no newline' >&2; exit ${String(exitCode)}`);
    expect(result).toEqual({ exitCode, stdout: '', stderr: 'no newline' });
  });

  it.each([
    ['KILL', 137],
    ['TERM', 143],
    ['SEGV', 139],
  ])('gives a command that SIG%s ended 128 + its number', async (signal, exitCode) => {
    const { exitCode: seen, stdout } = await run(`echo a; kill -s ${signal} $$`);
    expect({ seen, stdout }).toEqual({ seen: exitCode, stdout: 'a\n' });
  });

  it('runs text with quotes, newlines, blanks and what a shell or ssh_config would expand', async () => {
    const { stdout } = await run(`x='a  "b"'\nprintf '%s|' "$x" '%h %%' "$(echo '\${HOME}')" \\\\ 'it'"'"'s'`);
    expect(stdout).toBe(`a  "b"|%h %%|\${HOME}|\\|it's|`);
  });

  it('reports broken shell text as the shell does', async () => {
    const { exitCode, stderr } = await run("echo 'open");
    expect(exitCode).not.toBe(0);
    expect(stderr).not.toBe('');
  });

  it('carries any byte both ways', async () => {
    const stdin = randomBytes(3_000_000);
    const hash = createHash('sha256');
    const one = transport({ hosts: [sshd().host()] });
    const onStdout = (chunk: Buffer): void => void hash.update(chunk);
    const { exitCode } = await one.exec({ host: 'ctl1', command: 'cat', stdin, onStdout, deadlineSeconds: 20 });
    expect([exitCode, hash.digest('hex')]).toEqual([0, createHash('sha256').update(stdin).digest('hex')]);
  });

  it('does not mind a command that leaves its stdin unread', async () => {
    const stdin = Buffer.alloc(5_000_000);
    const exec = { host: 'ctl1', command: 'exit 4', stdin, deadlineSeconds: 20 };
    expect((await transport({ hosts: [sshd().host()] }).exec(exec)).exitCode).toBe(4);
  });

  it('streams 100 MB in bounded memory', async () => {
    const before = process.memoryUsage().rss;
    let bytes = 0;
    let most = 0;
    const onStdout = (chunk: Buffer): void => {
      bytes += chunk.length;
      most = Math.max(most, process.memoryUsage.rss());
    };
    const exec = { host: 'ctl1', command: 'head -c 104857600 /dev/zero', onStdout, deadlineSeconds: 60 };
    const result = await transport({ hosts: [sshd().host()] }).exec(exec);
    expect({ ...result, bytes }).toEqual({ exitCode: 0, stdout: '', stderr: '', bytes: 100 * MEGABYTE });
    expect(most - before).toBeLessThan(80 * MEGABYTE);
  });

  it.each(['stdout', 'stderr'])('refuses to cut a %s that is too long', async (stream) => {
    const command = `head -c 2000 /dev/zero ${stream === 'stderr' ? '>&2' : ''}`;
    const exec = { host: 'ctl1', command, maxOutputBytes: 1000, deadlineSeconds: 10 };
    await expect(transport({ hosts: [sshd().host()] }).exec(exec)).rejects.toThrow(OutputLimitError);
  });

  it("passes on what the caller's own sink throws, and goes on working", async () => {
    const one = transport({ hosts: [sshd().host()] });
    const onStdout = (): never => {
      throw new Error('no more');
    };
    const exec = { host: 'ctl1', command: 'echo a; sleep 1; echo b', onStdout, deadlineSeconds: 10 };
    await expect(one.exec(exec)).rejects.toThrow('no more');
    expect((await one.exec({ host: 'ctl1', command: 'echo c', deadlineSeconds: 10 })).stdout).toBe('c\n');
  });

  it('stops waiting at the deadline, and the command goes on', async () => {
    const mark = join(sshd().directory, 'after-deadline');
    const exec = { host: 'ctl1', command: `sleep 1.5; echo on > ${mark}`, deadlineSeconds: 0.8 };
    const error = await failure(transport({ hosts: [sshd().host()] }).exec(exec));
    expect(kindAndSent(error)).toEqual({ kind: 'deadline', sent: true });
    await until(() => existsSync(mark) && readFileSync(mark, 'utf8') === 'on\n');
  });

  it("only detaches at the caller's signal: the command goes on", async () => {
    const at = (name: string): string => join(sshd().directory, name);
    const controller = new AbortController();
    const exec = transport({ hosts: [sshd().host()] }).exec({
      host: 'ctl1',
      command: `echo > ${at('begun')}; sleep 0.5; echo on > ${at('after-abort')}`,
      deadlineSeconds: 10,
      signal: controller.signal,
    });
    void until(() => existsSync(at('begun'))).then(() => controller.abort());
    expect(kindAndSent(await failure(exec))).toEqual({ kind: 'aborted', sent: true });
    await until(() => existsSync(at('after-abort')) && readFileSync(at('after-abort'), 'utf8') === 'on\n');
  });

  it('sends nothing when the signal has fired before', async () => {
    const exec = { host: 'ctl1', command: 'true', deadlineSeconds: 10, signal: AbortSignal.abort() };
    const error = await failure(transport({ hosts: [sshd().host()] }).exec(exec));
    expect(kindAndSent(error)).toEqual({ kind: 'aborted', sent: false });
  });

  it('runs fifty commands at once over one connection, five at a time', async () => {
    const one = transport({ hosts: [throughProxy()] });
    const at = `${sshd().directory}/inside`;
    const command = (index: number): string =>
      `mkdir -p ${at}; : > ${at}/$$; ls ${at} | wc -l; sleep 0.05; rm ${at}/$$; echo ${String(index)} $SSH_CONNECTION`;
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        one.exec({ host: 'ctl1', command: command(index), deadlineSeconds: 60 }),
      ),
    );
    const words = results.map(({ stdout }) => stdout.trim().split(/\s/));
    expect(words.map(([, index]) => Number(index))).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(new Set(words.map((line) => line[3])).size).toBe(1);
    expect(Math.max(...words.map(([inside]) => Number(inside)))).toBe(5);
  });

  it('runs nothing once it is closed', async () => {
    const one = transport({ hosts: [sshd().host()] });
    await one.exec({ host: 'ctl1', command: 'true', deadlineSeconds: 10 });
    await one.close();
    const error = await failure(one.exec({ host: 'ctl1', command: 'true', deadlineSeconds: 10 }));
    expect(kindAndSent(error)).toEqual({ kind: 'closed', sent: false });
  });
}
