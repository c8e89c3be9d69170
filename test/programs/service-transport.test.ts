import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPrograms } from '../../programs';

const python = ['/usr/bin/python3', 'python3'].find(
  (one) => spawnSync(one, ['-c', 'import oslo_messaging'], { stdio: 'ignore' }).status === 0,
);
const withMessaging = python === undefined ? describe.skip : describe;

/** The program as it is, and oslo.messaging of this machine, with a password that every quoting there is could break. */
withMessaging('service-transport env (skipped without python3-oslo.messaging)', () => {
  const url = String.raw`rabbit://op%40en:p$$w"\x@mq1:5672,op%40en:p$$w"\x@mq2:5672//?ssl=0`;
  const moved = url.replace('5672//?', '5672/heat-bobcat?');
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'service-transport-'));
    writeFileSync(join(directory, 'heat.conf'), `[DEFAULT]\ntransport_url = ${url}\n`);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const run = (verb: string, ...words: string[]): number | null =>
    spawnSync(python ?? '', ['-', verb, join(directory, 'heat.conf'), ...words], {
      input: readPrograms()['service-transport'].text,
    }).status;

  it('writes for systemd what only root reads, and reads it back as the same brokers on the other vhost', () => {
    const file = join(directory, 'apis.env');
    expect(run('env-is', file, 'heat-bobcat')).not.toBe(0);
    expect(run('env', file, 'heat-bobcat')).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const escaped = (text: string): string => text.replaceAll(/(["\\`$])/g, (one) => `\\${one}`);
    expect(readFileSync(file, 'utf8')).toBe(
      `OS_DEFAULT__TRANSPORT_URL="${escaped(moved)}"\n` +
        `OS_OSLO_MESSAGING_NOTIFICATIONS__TRANSPORT_URL="${escaped(url)}"\n`,
    );
    expect(run('env-is', file, 'heat-bobcat')).toBe(0);
    expect(run('env-is', file, 'other')).toBe(1);
    chmodSync(file, 0o644);
    expect(run('env-is', file, 'heat-bobcat')).toBe(1);
    expect(readFileSync(join(directory, 'heat.conf'), 'utf8')).toContain(`transport_url = ${url}`);
  });

  it('believes a process by what it was started with', () => {
    const env = { PATH: process.env['PATH'], OS_DEFAULT__TRANSPORT_URL: moved };
    const [there, elsewhere] = [env, { PATH: env.PATH }].map((one) => spawn('sleep', ['60'], { env: one }));
    try {
      expect(run('runs', 'heat-bobcat', String(there?.pid))).toBe(0);
      expect(run('runs', 'other', String(there?.pid))).toBe(1);
      expect(run('runs', 'heat-bobcat', String(there?.pid), String(elsewhere?.pid))).toBe(1);
    } finally {
      there?.kill();
      elsewhere?.kill();
    }
  });
});
