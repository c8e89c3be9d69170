import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

jest.setTimeout(120_000);

const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), 'osu-completion-'));
const env = { ...process.env, PATH: `${directory}:${process.env['PATH'] ?? ''}`, HOME: directory, TERM: 'dumb' };

beforeAll(async () => {
  const main = join(__dirname, '../../client/main.ts');
  const tsx = require.resolve('tsx');
  const command = join(directory, 'openstack-upgrade');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' --import '${tsx}' '${main}' "$@"\n`);
  chmodSync(command, 0o755);
  for (const shell of ['bash', 'zsh', 'fish'])
    writeFileSync(script(shell), (await run('openstack-upgrade', ['complete', shell], { env })).stdout);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const script = (shell: string): string => join(directory, `completion.${shell}`);

const where = {
  bash: '/usr/bin/bash',
  'bash-completion': '/usr/share/bash-completion/bash_completion',
  zsh: '/usr/bin/zsh',
  fish: '/usr/bin/fish',
} as const;

/** Runs a test where its programs are installed, and skips it by name elsewhere. */
function withPrograms(names: readonly (keyof typeof where)[]): jest.It {
  return names.every((name) => existsSync(where[name])) ? it : it.skip;
}

/** What a shell is asked, and some of what it must offer. */
const questions = [
  ['openstack-upgrade sta', ['start', 'status']],
  ['openstack-upgrade decide cedar --choice ro', ['rollBack']],
  ['openstack-upgrade list --sta', ['--state']],
] as const;

describe('completion', () => {
  withPrograms(['bash', 'bash-completion'])('works in bash (needs bash-completion)', async () => {
    for (const [line, wanted] of questions) {
      const asks = `
        source ${where['bash-completion']}; source '${script('bash')}'
        COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; read -ra COMP_WORDS <<<"$COMP_LINE"; COMP_CWORD=$((\${#COMP_WORDS[@]}-1))
        $(complete -p openstack-upgrade | sed 's/.*-F \\([^ ]*\\).*/\\1/') ; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await run('bash', ['--norc', '-c', asks], { env });
      expect(stdout.split('\n').map((text) => text.trim())).toEqual(expect.arrayContaining([...wanted]));
    }
  });

  withPrograms(['fish'])('works in fish (needs fish)', async () => {
    for (const [line, wanted] of questions) {
      const { stdout } = await run('fish', ['-c', `source '${script('fish')}'; complete -C '${line}'`], { env });
      expect(stdout.split('\n').map((text) => text.split('\t')[0])).toEqual(expect.arrayContaining([...wanted]));
    }
  });

  withPrograms(['zsh'])('works in zsh (needs zsh), where Tab is pressed in a terminal', async () => {
    const inner = join(directory, '.zshrc');
    writeFileSync(inner, `PS1=; autoload -Uz compinit; compinit -u; source '${script('zsh')}'\n`);
    for (const [line, wanted] of questions) {
      const asks = `
        zmodload zsh/zpty; zpty tab zsh -i
        zpty -w tab 'echo REA''DY'; while [[ $seen != *READY* ]]; do zpty -r tab part; seen+=$part; done
        zpty -w -n tab '${line}'$'\\t\\t'; seen=
        for i in {1..300}; do sleep 0.1; while zpty -rt tab part; do seen+=$part; done; [[ $seen == *'${wanted[0]}'* ]] && break; done
        sleep 0.5; while zpty -rt tab part; do seen+=$part; done; print -r -- "$seen"`;
      const { stdout } = await run('zsh', ['-f', '-c', asks], { env: { ...env, ZDOTDIR: directory } });
      for (const word of wanted) expect(stdout).toContain(word);
    }
  });
});
