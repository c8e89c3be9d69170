import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { change } from '../../plan/change';
import { lines, sh, type ShellText } from '../../shell/sh';

/** Runs a change's script as a host would, in dash. */
function run(parts: { check: ShellText | null; run: ShellText }): { code: number | null; stderr: string } {
  const made = change({
    id: 'toy/change',
    title: 'toy',
    effects: [],
    onInterrupted: 'ask',
    timeoutSeconds: 10,
    requirements: [],
    ...parts,
  });
  const { status, stderr } = spawnSync('sh', ['-c', made.script], {
    encoding: 'utf8',
    env: { OSU_RUN: 'r', OSU_HOST: 'h', PATH: process.env['PATH'] },
  });
  return { code: status, stderr };
}

describe('a change', () => {
  const directory = mkdtempSync(join(tmpdir(), 'change-'));
  const file = (name: string): string => join(directory, name);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('does nothing when it is true already', () => {
    expect(run({ check: sh`true`, run: sh`touch ${file('ran')}` }).code).toBe(200);
    expect(existsSync(file('ran'))).toBe(false);
  });

  it('acts, and is done when it is true afterwards', () => {
    expect(run({ check: sh`test -e ${file('made')}`, run: sh`touch ${file('made')}` }).code).toBe(0);
  });

  it('fails when the command ends well and the thing is not true', () => {
    const { code, stderr } = run({ check: sh`test -e ${file('never')}`, run: sh`true` });
    expect(code).toBe(201);
    expect(stderr).toContain('its check still fails');
  });

  it('stops at the first line that fails and gives its exit code', () => {
    expect(run({ check: null, run: lines(sh`sh -c 'exit 7'`, sh`touch ${file('after')}`) }).code).toBe(7);
    expect(existsSync(file('after'))).toBe(false);
  });

  it('takes every line of a check for needed, not only the last', () => {
    expect(run({ check: lines(sh`false`, sh`true`), run: sh`true` }).code).toBe(201);
  });

  it.each([200, 201])("never takes a command's own exit code %d for the engine's word", (code) => {
    expect(run({ check: null, run: sh`exit ${code}` }).code).toBe(199);
  });

  it('runs on the second call what the first left undone, once', () => {
    const parts = { check: sh`test "$(wc -l < ${file('log')})" -ge 1`, run: sh`echo line >> ${file('log')}` };
    writeFileSync(file('log'), '');
    expect([run(parts).code, run(parts).code]).toEqual([0, 200]);
    expect(readFileSync(file('log'), 'utf8')).toBe('line\n');
  });
});
