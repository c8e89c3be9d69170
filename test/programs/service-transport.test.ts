import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPrograms } from '../../programs';

const python = ['/usr/bin/python3', 'python3'].find(
  (one) => spawnSync(one, ['-c', 'import oslo_messaging'], { stdio: 'ignore' }).status === 0,
);
const withMessaging = python === undefined ? describe.skip : describe;

/** The program as it is, and oslo.messaging of this machine, with a password that every quoting there is could break. */
withMessaging('service-transport (skipped without python3-oslo.messaging)', () => {
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

  const start = (verb: string, ...words: string[]): SpawnSyncReturns<string> =>
    spawnSync(python ?? '', ['-', verb, join(directory, 'heat.conf'), ...words], {
      input: readPrograms()['service-transport'].text,
      encoding: 'utf8',
    });
  const run = (verb: string, ...words: string[]): number | null => start(verb, ...words).status;
  const configuration = (): string => readFileSync(join(directory, 'heat.conf'), 'utf8');

  it('says vhost, brokers and user, and neither a password nor a key', () => {
    appendFileSync(
      join(directory, 'heat.conf'),
      'auth_encryption_key = notgood but long enough i guess\nhost = ctl1\n',
    );
    const { stdout } = start('facts');
    expect(JSON.parse(stdout)).toEqual({
      vhost: '/',
      place: join(directory, 'heat.conf'),
      user: 'op@en',
      brokers: ['mq1:5672', 'mq2:5672'],
      notificationVhost: null,
      engineHost: 'ctl1',
      convergence: true,
      gracefulStopSeconds: 60,
      encryptionKeyHash: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
    expect(stdout).not.toContain('w"');
    expect(stdout).not.toContain('notgood');
  });

  it('moves the service to a vhost in its own file, pins notifications where they go now, and alters no other byte', () => {
    expect(run('is', 'heat-bobcat')).toBe(1);
    chmodSync(join(directory, 'heat.conf'), 0o640);
    expect(run('set', 'heat-bobcat')).toBe(0);
    expect(configuration()).toBe(
      `[DEFAULT]\ntransport_url = ${moved}\n\n[oslo_messaging_notifications]\ntransport_url = ${url}\n`,
    );
    expect(statSync(join(directory, 'heat.conf')).mode & 0o777).toBe(0o640);
    expect(run('is', 'heat-bobcat')).toBe(0);
    expect(run('set', '/')).toBe(0);
    expect(run('is', '/')).toBe(0);
  });

  it.each(['"', "'"])('takes the pair of %s away that oslo.config takes away', (quote) => {
    writeFileSync(join(directory, 'heat.conf'), `[DEFAULT]\ntransport_url = ${quote}${url}${quote}\n`);
    expect(start('facts')).toMatchObject({ status: 0, stdout: expect.stringContaining('"vhost": "/"') as string });
    const file = join(directory, 'apis.env');
    expect([run('env', file, 'heat-bobcat'), run('env-is', file, 'heat-bobcat')]).toEqual([0, 0]);
    expect([run('set', 'heat-bobcat'), run('is', 'heat-bobcat')]).toEqual([0, 0]);
    expect(configuration()).toBe(
      `[DEFAULT]\ntransport_url = ${moved}\n\n[oslo_messaging_notifications]\ntransport_url = ${url}\n`,
    );
  });

  it('changes the last file that names a URL, not the last one that oslo.config reads', () => {
    const folder = join(directory, 'heat.conf.d');
    mkdirSync(folder);
    writeFileSync(join(folder, '90-engine.conf'), '[DEFAULT]\nconvergence_engine = false\n');
    expect(JSON.parse(start('facts').stdout)).toMatchObject({
      place: join(directory, 'heat.conf'),
      convergence: false,
    });
    expect([run('set', 'heat-bobcat'), run('is', 'heat-bobcat')]).toEqual([0, 0]);
    writeFileSync(join(folder, '50-broker.conf'), `[DEFAULT]\ntransport_url = ${url}\n`);
    expect([run('is', '/'), run('set', 'heat-bobcat'), run('is', 'heat-bobcat')]).toEqual([0, 0, 0]);
    expect(readFileSync(join(folder, '50-broker.conf'), 'utf8')).toContain(moved);
  });

  it('says before the run that a URL cannot be rewritten', () => {
    writeFileSync(
      join(directory, 'heat.conf'),
      `[DEFAULT]\nhost = ctl1\ntransport_url = rabbit://heat:$host@mq1:5672/\n`,
    );
    expect(start('facts').stderr).toContain('the rewritten transport_url would name different hosts');
  });

  it.each([
    [
      'rabbit://heat:secret@mq1:5672,\n  heat:secret@mq2:5672/',
      'its transport_url continues on the next line: write it in one line',
    ],
    ['rabbit:///', 'transport_url cannot be used: it names no broker'],
  ])('says before the run what is wrong with %j, and changes nothing', (value, sentence) => {
    const text = `[DEFAULT]\ntransport_url = ${value}\n`;
    writeFileSync(join(directory, 'heat.conf'), text);
    expect(start('facts').stderr).toContain(sentence);
    expect([run('set', 'heat-bobcat'), configuration()]).toEqual([1, text]);
  });

  it('has left a vhost only when notifications have left it, too', () => {
    expect(run('set', 'heat-bobcat')).toBe(0);
    expect(start('left', '/')).toMatchObject({
      status: 1,
      stdout: `${join(directory, 'heat.conf')}: the URL for notifications names vhost /\n`,
    });
    expect(run('left', 'heat')).toBe(0);
  });

  it('refuses a password that can never work, without printing it', () => {
    writeFileSync(join(directory, 'heat.conf'), '[DEFAULT]\ntransport_url = rabbit://heat:se/cret@mq1:5672/\n');
    const { status, stderr } = start('facts');
    expect([status, stderr]).toEqual([1, expect.stringContaining('a / in the password cannot work')]);
    expect(stderr).not.toContain('cret');
  });

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
