import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSystems } from '../../catalog/platform/host';
import { broker } from '../../catalog/platform/rabbitmq';
import { parseSurvey, surveyScript } from '../../catalog/survey';
import { sectionScript } from '../../catalog/survey-sections';
import { readPrograms } from '../../programs';
import { runTimesOf } from '../../report';
import { sh } from '../../shell/sh';
import { toyInput } from '../support/run';

/** Real shells; beside them fakes that print what the real programs printed. */
describe('what a survey carries of a host', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'survey-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const fake = (name: string, text: string): void => {
    writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(directory, name), 0o755);
  };
  const run = (script: string, shell = 'sh'): string =>
    spawnSync(shell, ['-s'], {
      input: `main() {\n:\n${script}\n}\nmain </dev/null\nexit $?\n`,
      encoding: 'utf8',
      env: { PATH: `${directory}:${process.env['PATH'] ?? ''}` },
    }).stdout;

  it.each(['sh', 'bash'])('keeps the two streams of a section apart (%s)', (shell) => {
    const script = sh`echo a fact; echo 'a remark, and a "quote"' >&2; echo 'two  blanks'; ( exit 7 )`;
    expect(run(sectionScript({ id: 'one', script }).text, shell)).toBe(
      '@@openstack-upgrade-survey begin one\na fact\ntwo  blanks\n\n@@openstack-upgrade-survey said one 7\n' +
        'a remark, and a "quote"\n@@openstack-upgrade-survey end one\n',
    );
  });

  it('is not disturbed by a login shell that greets', () => {
    const scope = {
      host: 'ctl1',
      roles: [],
      services: [],
      programs: readPrograms(),
      targetSource: '',
      loadBalancerSocket: '',
      credentials: '/root/openrc',
      schemaNames: {},
    };
    const script = surveyScript(scope).text.replaceAll('/var/lib/openstack-upgrade', directory);
    const stdout = run(`printf 'Welcome to ctl1, all actions are logged'\n${script}`);
    expect(parseSurvey({ scope, stdout }).identity.kernel).toMatch(/^\d+\./);
  });

  it('has the times of earlier runs of the cloud on its lock host alone', () => {
    const elsewhere = {
      host: 'db1',
      roles: [],
      services: [],
      programs: readPrograms(),
      targetSource: '',
      loadBalancerSocket: '',
      credentials: '/root/openrc',
      schemaNames: {},
    };
    const scope = { ...elsewhere, timesOf: 'cedar' };
    mkdirSync(join(directory, 'times/cedar'), { recursive: true });
    writeFileSync(join(directory, 'times/cedar/r1.json'), JSON.stringify(runTimesOf(toyInput)));
    const stdout = run(surveyScript(scope).text.replaceAll('/var/lib/openstack-upgrade', directory));
    expect(parseSurvey({ scope, stdout }).earlierTimes).toEqual({ runs: [runTimesOf(toyInput)], unreadable: [] });
    expect(parseSurvey({ scope: elsewhere, stdout }).earlierTimes).toBeNull();
  });

  it('knows all vhosts, also by a rabbitmqctl that reads its stdin (before 3.13)', () => {
    fake(
      'rabbitmqctl',
      `case "$*" in
        *status*) echo '{}' ;; version) echo 3.10.8 ;;
        *list_queues*) cat >/dev/null; echo engine ;;
        *list_connections*) cat >/dev/null; echo '[]' ;;
        *list_vhosts*json*) echo '[{"name":"/"},{"name":"with space"},{"name":"tagged"}]' ;;
        *list_vhosts*) printf '%s\\n' / 'with space' tagged ;;
      esac`,
    );
    const { vhosts } = broker.parse({ stdout: run(broker.script.text), stderr: '', exitCode: 0 });
    expect(vhosts.map(({ name, queues }) => [name, queues])).toEqual([
      ['/', 1],
      ['tagged', 1],
      ['with space', 1],
    ]);
  });

  it('says which question of several the broker did not answer', () => {
    fake(
      'rabbitmqctl',
      `case "$*" in *list_connections*) echo 'Error: timeout' >&2; exit 70 ;; *list_*) echo '[]' ;; *) echo '{}' ;; esac`,
    );
    const stdout = run(broker.script.text);
    expect(broker.parse({ stdout, stderr: 'Error: timeout\n', exitCode: 0 }).troubles).toContain(
      'rabbitmqctl list_connections vhost failed: Error: timeout',
    );
  });

  it('reads a file system of this machine', () => {
    const reader = fileSystems({ paths: ['/'] });
    const [root] = reader.parse({ stdout: run(reader.script.text), stderr: '', exitCode: 0 });
    expect(root).toMatchObject({ path: '/', mount: '/' });
    expect(root?.availableBytes).toBeGreaterThan(0);
  });
});
