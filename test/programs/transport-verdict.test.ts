import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeModules, runProgram } from './run-program';

/** The program as it is, on a fake of oslo.config: the verdict itself is about the text of the URL. */
describe('transport-verdict (fake oslo.config)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'transport-verdict-'));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([
    ['rabbit://openstack:secret@mq1:5672,openstack:secret@mq2:5672//', 'fine'],
    ['rabbit://openstack:s%2Fcret@mq1:5672/', 'slashInPassword'],
    ['rabbit://openstack:s/cret@mq1:5672/', 'slashInPassword'],
    ['rabbit:', 'unparsable'],
    ['', 'unset'],
  ])('says of %j: %s, and nothing else', async (url, verdict) => {
    const file = join(directory, 'heat.conf');
    writeFileSync(file, `[DEFAULT]\ntransport_url = ${url}\n`);
    const env = { PYTHONPATH: fakeModules };
    expect(await runProgram({ name: 'transport-verdict', words: [file], env })).toEqual({ code: 0, said: verdict });
  });
});
