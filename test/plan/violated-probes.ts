import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readPrograms } from '../../programs';
import type { Probe } from '../../schema/plan';

/** What the commands of a host print when a guard is violated, and the line that people get to see. */
export interface Violation {
  /** Bodies of commands, in sh. */
  readonly commands?: Readonly<Record<string, string>>;
  /** Files of the run's directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files of its restore point. */
  readonly pointFiles?: Readonly<Record<string, string>>;
  /** The host's own files, by their path. */
  readonly hostFiles?: Readonly<Record<string, string>>;
  readonly said: string;
}

const prints = (...lines: readonly string[]): string => `cat <<'END'\n${lines.join('\n')}\nEND`;

/** Columns as of `show servers state`: the sixth says up (2), the seventh what an administrator made of it. */
const server = (backend: string, name: string, up: number, administration: number): string =>
  `1 ${backend} 1 ${name} 192.0.2.11 ${String(up)} ${String(administration)} 1 1 0 6 3 4 6 0 0 0 - 8004 - 0 0 -`;

/** programs/engine-rows.py, as Heat's user. */
const engineRows = (said: string): Readonly<Record<string, string>> => ({ su: `echo '${said}'; exit 1` });

const rabbit = (...cases: readonly string[]): Readonly<Record<string, string>> => ({
  rabbitmqctl: `case $2 in\n${cases.join('\n')}\nesac`,
});

/** Each guard of a rolling run violated once, by the id of the first step that has it. */
export const violations: Readonly<Record<string, Violation>> = {
  'drift/installed-versions': {
    commands: { 'dpkg-query': 'echo 1:20.0.1-1' },
    said: 'heat-api is not at 1:20.0.0-0lab1 any more',
  },
  'drift/serving-vhosts': {
    commands: { socat: prints(server('heat_api', 'ctl1', 2, 0), server('heat_api', 'ctl2', 2, 1)) },
    said: 'heat_api/ctl2 is not ready any more',
  },
  'side/none-stealable': {
    commands: { mariadb: "printf '5c1d\\tweb\\tUPDATE\\t03:00\\n'" },
    said: '1 in progress that the new engine would take: web (UPDATE since 03:00)',
  },
  'side/engine-consumes': {
    commands: rabbit(`list_queues) echo '[{"name":"engine","consumers":0}]' ;;`),
    said: 'vhost heat-bobcat-side: engines on no host, consumers of engine: 0',
  },
  'side/taken-out': {
    commands: { socat: prints('heat_api,ctl3,0,0,3', 'heat_cfn,ctl3,0,0,0') },
    said: '3 requests under way',
  },
  'side/answers-heat-api-ctl3': {
    commands: { curl: 'printf 503' },
    said: 'http://192.0.2.13:8004 answers 503',
  },
  'side/seen-up': {
    commands: { socat: prints(server('heat_api', 'ctl3', 0, 8)) },
    said: 'heat_api/ctl3 is not up yet',
  },
  'empty-old/work-ends': {
    commands: {
      mariadb: "printf 'a1\\tweb\\tUPDATE\\t03:00\\tworks\\tp1\\n5c1d\\tdb\\tCREATE\\t02:00\\tstuck\\tp2\\n'",
    },
    files: { 'switched.old': 'a1 t1\n5c1d t2\n' },
    said:
      '2 stacks of vhost heat in progress: web (UPDATE since 03:00) db (CREATE since 02:00, stuck, id 5c1d, project p2). Nobody works on ' +
      'the stuck any more: openstack stack update --existing <id> in its own project, or openstack stack delete <id>',
  },
  'empty-old/queues-empty': {
    commands: rabbit(`list_queues) echo '[{"name":"engine","messages_ready":2,"messages_unacknowledged":1}]' ;;`),
    said: 'vhost heat: engine 2 ready, 1 unacknowledged',
  },
  'empty-old/engine-gone': {
    commands: engineRows('still counts as up: engine 17940f60-0000-4000-8000-000000000000'),
    said: 'still counts as up: engine 17940f60-0000-4000-8000-000000000000',
  },
  'empty-old/none-taken': {
    commands: { mariadb: "printf '5c1d\\tdb\\tEngine went down during stack UPDATE\\n'" },
    files: { 'switched.old': '5c1d t2\n' },
    said: '1 FAILED because another engine took over: db (5c1d)',
  },
  'packages/simulate': {
    commands: {
      'apt-get': prints('Inst heat-api [1:20.0.0-0lab1] (1:21.0.1-1 lab [all])', 'Remv python3-magnum [15.0.0-1]'),
    },
    said: '> would remove python3-magnum',
  },
  'packages/still-stopped': {
    commands: { systemctl: 'test "$2" = heat-engine && echo active || echo inactive' },
    said: 'heat-engine was started by its package',
  },
  'heat/paste-factories': {
    hostFiles: {
      '/etc/heat/api-paste.ini': '[app:apiv1app]\npaste.app_factory = heat_gone.common.wsgi:app_factory\n',
    },
    said: "[app:apiv1app] heat_gone.common.wsgi:app_factory (No module named 'heat_gone')",
  },
  'database/nobody-holds-heat': {
    commands: { mariadb: "printf '4711\\tbackup\\theat\\t95\\n'" },
    said: 'connection 4711 of backup holds for 95 s;',
  },
  'heat/revision-unchanged': {
    commands: { su: 'echo \'{"current": ["c6214ca60943"], "head": ["c6214ca60943"]}\'' },
    said: 'the schema of heat is not at 86 any more',
  },
  'heat/upgrade-check': {
    commands: { su: 'echo "Check: Policy File JSON to YAML Migration: Failure"; exit 2' },
    said: 'Check: Policy File JSON to YAML Migration: Failure',
  },
  'heat/ready-heat-engine': {
    commands: engineRows('no engine of ctl1 has written a row since heat-engine was started'),
    said: 'no engine of ctl1 has written a row since heat-engine was started',
  },
  'verify/schema-at-head-heat': {
    commands: { su: 'echo "schema at 86, the code wants c6214ca60943"; exit 1' },
    said: 'schema at 86, the code wants c6214ca60943',
  },
  'verify/workers-up': {
    commands: {
      systemctl: 'echo 100',
      ps: "printf '101\\n102\\n'",
      ...engineRows('1 engines of ctl1 count as up, 2 run'),
    },
    said: '1 engines of ctl1 count as up, 2 run',
  },
  'verify/versions': {
    commands: { 'dpkg-query': "printf 'installed 1:20.0.0-0lab1'" },
    said: 'heat-api is not at 1:21.0.0-0lab1',
  },
  'verify/new-code-runs': {
    commands: { systemctl: ':', python3: `echo 'heat-api.service runs with replaced files of python3-heat'; exit 1` },
    said: 'heat-api.service runs with replaced files of python3-heat',
  },
  'verify/no-old-code': {
    commands: { python3: `echo 'gnocchi-metricd.service runs with replaced files of python3-oslo.config'; exit 1` },
    said: 'gnocchi-metricd.service runs with replaced files of python3-oslo.config',
  },
  'verify/heat-api': { commands: { curl: 'printf 000' }, said: 'http://192.0.2.31:8004/healthcheck answers 000' },
  'old-vhost/unused': {
    commands: rabbit(
      `list_vhosts) echo '[{"name":"heat","description":""}]' ;;`,
      `list_connections) echo '[{"vhost":"heat","user":"nova","name":"192.0.2.12:41000 -> 192.0.2.22:5672"}]' ;;`,
      `list_users) echo '[{"user":"openstack","tags":[]}]' ;;`,
      `list_permissions) echo '[{"user":"openstack","configure":".*","write":".*","read":".*"}]' ;;`,
      `list_queues) echo '[]' ;;`,
    ),
    said: 'vhost heat: connected: nova from 192.0.2.12',
  },
  'back/versions': {
    commands: { 'dpkg-query': "printf 'installed 1:21.0.0-0lab1'" },
    said: 'heat-api is not at 1:20.0.0-0lab1',
  },
  'back/nothing-upgrades': {
    commands: { 'apt-get': prints('Inst heat-common [1:20.0.0-0lab1] (1:21.0.0-0lab1 lab:bobcat [all])') },
    said: 'apt would upgrade heat-common',
  },
  'database/dump-in-place-heat': {
    said: 'there is no dump of heat',
  },
  'back/simulate': {
    commands: { 'apt-get': prints('Remv python3-magnum [15.0.0-1]') },
    said: 'apt would do this beside what was recorded: Remv python3-magnum',
  },
  'venv/wheels-complete': {
    commands: {
      ls: 'echo /srv/heat-wheels/pip-24.0-py3-none-any.whl',
      python3: 'echo "ERROR: No matching distribution found for openstack-heat==21.0.0" >&2; exit 1',
    },
    said: 'ERROR: No matching distribution found for openstack-heat==21.0.0',
  },
  'freeze/nothing-in-progress': {
    commands: { mariadb: "printf '5c1d\\tdb\\tCREATE\\t02:00\\tstuck\\tp2\\n'" },
    said:
      '1 stacks in progress: db (CREATE since 02:00, stuck, id 5c1d, project p2). Nobody works on the stuck any more: ' +
      'openstack stack update --existing <id> in its own project, or openstack stack delete <id>',
  },
};

/** Needs oslo.messaging, which only controllers have. */
export const notViolatedHere: Readonly<Record<string, string>> = {
  // With the real dpkg: test/catalog/kept-configuration.test.ts.
  'config/decided': 'not decided: /etc/heat/api-paste.ini.dpkg-dist',
  'switch-ctl2/apis-talk': 'process 4711 was not started with vhost heat-bobcat',
  'old-vhost/talks-elsewhere': '/etc/heat/heat.conf: the URL for notifications names vhost heat',
};

/** Runs a probe's script as it is, on a host whose commands print what the violation says. */
export function lookAt(options: Look): { code: number | null; lastLine: string } {
  const { code, stdout, stderr } = readAt(options);
  return { code, lastLine: last(stdout) || last(stderr) };
}

interface Look {
  readonly probe: Probe;
  readonly violation: Violation;
}

/** The same, with all that it prints: for a probe that is read. */
export function readAt({ probe, violation }: Look): { code: number | null; stdout: string; stderr: string } {
  const directory = mkdtempSync(join(tmpdir(), 'guard-'));
  const at = (...parts: string[]): string => join(directory, ...parts);
  try {
    ['bin', 'run', 'pool/bin'].forEach((folder) => mkdirSync(at(folder), { recursive: true }));
    const commands = { hostname: 'echo ctl1', sleep: ':', ...violation.commands };
    for (const [name, body] of Object.entries(commands)) {
      writeFileSync(at('bin', name), `#!/bin/sh\n${body}\n`);
      chmodSync(at('bin', name), 0o755);
    }
    writeFileSync(at('pool/bin/broker-vhost'), readPrograms()['broker-vhost'].text);
    for (const [name, text] of Object.entries(violation.files ?? {})) writeFileSync(at('run', name), text);
    for (const [path, text] of Object.entries(violation.pointFiles ?? {})) {
      mkdirSync(at('point', dirname(path)), { recursive: true });
      writeFileSync(at('point', path), text);
    }
    const folders = Object.entries(violation.hostFiles ?? {}).map(([path, text]) => {
      mkdirSync(at('host', dirname(path)), { recursive: true });
      writeFileSync(at('host', path), text);
      return `${dirname(path)}/`;
    });
    const script = folders.reduce((text, folder) => text.replaceAll(folder, at('host', folder)), probe.script);
    const { status, stdout, stderr } = spawnSync('sh', ['-s'], {
      input: script
        .replace(/^.*\bPATH=\S+/m, (line) => line.replace('PATH=', `PATH=${at('bin')}:`))
        .replace(/^RUN=.*$/m, `RUN=${at('run')}`)
        .replace(/^RP=.*$/m, `RP=${at('point')}`)
        .replace(/^POOL=.*$/m, `POOL=${at('pool')}`),
      encoding: 'utf8',
      env: { ...process.env, OSU_RUN: 'run-1', OSU_HOST: 'ctl1' },
    });
    return { code: status, stdout, stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function last(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
