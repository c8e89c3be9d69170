import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    // No user of this name is here.
    const edit = (text: string): string => text.replace('shutil.chown(path + ', '(lambda *_: None)(path + ');
    return (await runProgram({ name: 'pipeline-files', words: [verb, ...kept, texts()], edit })).code;
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
