import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateDirectory } from '../../catalog/platform/apt';
import { type PipelinesLeft, pipelinesLeft } from '../../catalog/platform/pipelines-left';
import { runProgram } from './run-program';

describe('pipeline-files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pipeline-files-'));
    writeFileSync(at('pipeline.yaml'), 'old\n', { mode: 0o640 });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const at = (name: string): string => join(folder, name);
  const read = (name: string): string | null => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : null);
  const both = (): (string | null)[] => ['pipeline.yaml', 'event_pipeline.yaml'].map(read);
  const texts = (): string =>
    JSON.stringify({ [at('pipeline.yaml')]: 'new\n', [at('event_pipeline.yaml')]: 'new events\n' });
  const run = async (verb: string): Promise<number | null> => {
    const kept = ['written'].includes(verb) ? [] : [at('kept')];
    const whose = verb === 'write' ? ['run-1', '1:11.0.1-2'] : [];
    // No user and no package of this name is here.
    const edit = (text: string): string =>
      text
        .replace('shutil.chown(path + ', '(lambda *_: None)(path + ')
        .replace("PACKAGE = 'ceilometer-common'", "PACKAGE = 'dpkg'")
        .replace(stateDirectory, folder);
    return (await runProgram({ name: 'pipeline-files', words: [verb, ...kept, ...whose, texts()], edit })).code;
  };

  it('writes the new texts, sees them, and restores what was there, also what was not', async () => {
    expect([await run('written'), await run('write'), await run('written'), both()]).toEqual([
      1,
      0,
      0,
      ['new\n', 'new events\n'],
    ]);
    expect([await run('as-before'), await run('back'), await run('as-before'), both()]).toEqual([
      1,
      0,
      0,
      ['old\n', null],
    ]);
  });

  /** As a survey reads it. */
  const left = (): PipelinesLeft | null => {
    const script = pipelinesLeft.script.text.replaceAll(stateDirectory, folder);
    return pipelinesLeft.parse({
      stdout: execFileSync('sh', ['-c', script], { encoding: 'utf8' }),
      stderr: '',
      exitCode: 0,
    });
  };
  const installed = execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'dpkg'], { encoding: 'utf8' });

  it.each(['back', 'packaged'])('is known to whoever surveys the host, until %s', async (over) => {
    expect(left()).toBeNull();
    await run('write');
    const files = [at('event_pipeline.yaml'), at('pipeline.yaml')];
    expect(left()).toEqual({ runId: 'run-1', service: 'ceilometer', installed, target: '1:11.0.1-2', files });
    await run(over);
    expect(left()).toBeNull();
  });

  it('is not left where people have written others since, or the packages are others', async () => {
    await run('write');
    writeFileSync(at('pipeline.yaml'), 'of people\n');
    expect(left()?.files).toEqual([at('event_pipeline.yaml')]);
    const note = readFileSync(at('pipelines-left'), 'utf8');
    writeFileSync(at('pipelines-left'), note.replace(`installed ${installed}`, 'installed 1:10.0.1-3'));
    expect(left()).toBeNull();
  });

  it('keeps what was there before the first time, however often it writes', async () => {
    await run('write');
    await run('write');
    await run('back');
    expect(both()).toEqual(['old\n', null]);
  });

  it('removes with the new packages only what was not there before', async () => {
    await run('write');
    expect([await run('packaged'), both()]).toEqual([0, ['new\n', null]]);
  });

  it('leaves a host alone on which it never wrote', async () => {
    expect([await run('packaged'), await run('back'), await run('as-before'), both()]).toEqual([
      0,
      0,
      0,
      ['old\n', null],
    ]);
  });
});
