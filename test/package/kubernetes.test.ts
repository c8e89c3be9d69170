import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

jest.setTimeout(300_000);

const run = promisify(execFile);
const manifest = join(__dirname, '../../deploy/kubernetes.yaml');
const directory = mkdtempSync(join(tmpdir(), 'osu-kubernetes-'));
const validate = join(directory, 'venv/bin/kubernetes-validate');

const withVenv = spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0 ? describe : describe.skip;

/** Its schemas are those of Kubernetes' own API, one for each release. */
withVenv('deploy/kubernetes.yaml (needs python3 with venv)', () => {
  beforeAll(async () => {
    await run('python3', ['-m', 'venv', join(directory, 'venv')]);
    await run(join(directory, 'venv/bin/pip'), ['install', '--quiet', 'kubernetes-validate==1.37.0', 'setuptools']);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const check = (file: string, release: string): Promise<unknown> =>
    run(validate, ['--strict', '--kubernetes-version', release, file]);

  it.each(['1.30.0', '1.37.0'])('is what the API of Kubernetes %s takes', async (release) => {
    await expect(check(manifest, release)).resolves.toBeDefined();
  });

  it('would not pass with a misspelled key', async () => {
    const wrong = join(directory, 'wrong.yaml');
    writeFileSync(wrong, readFileSync(manifest, 'utf8').replace('minAvailable:', 'minAvailible:'));
    await expect(check(wrong, '1.37.0')).rejects.toMatchObject({
      stdout: expect.stringContaining('minAvailible') as string,
    });
  });
});
