import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPage, saveReport } from '../../client/save-report';

const directory = mkdtempSync(join(tmpdir(), 'osu-report-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const report = { html: '<p>cedar</p>', json: '{}' };

describe('a report that is fetched', () => {
  it('is saved under the name of its run, in a directory that is made', () => {
    const { html, json } = saveReport({ report, id: 'cedar.all.full.bobcat', directory: join(directory, 'a/b') });
    expect(readFileSync(html, 'utf8')).toBe(report.html);
    expect(json).toBe(join(directory, 'a/b/cedar.all.full.bobcat.json'));
  });

  it('is refused where a file is in the way', () => {
    const place = join(directory, 'file');
    writeFileSync(place, '');
    expect(() => saveReport({ report, id: 'x', directory: place })).toThrow(/^The report cannot be saved: /);
  });

  it("is opened by the desktop's own program (here a fake one)", async () => {
    if (process.platform !== 'linux') return;
    const opened = join(directory, 'opened');
    const fake = join(directory, 'xdg-open');
    writeFileSync(fake, `#!/bin/sh\necho "$1" > ${opened}.new && mv ${opened}.new ${opened}\n`);
    chmodSync(fake, 0o755);
    await openPage({ file: '/tmp/a report.html', env: { PATH: `${directory}:${process.env['PATH'] ?? ''}` } });
    while (!existsSync(opened)) await sleep(10);
    expect(readFileSync(opened, 'utf8')).toBe('/tmp/a report.html\n');
    const nowhere = openPage({ file: '/tmp/x.html', env: { PATH: '/nowhere' } });
    await expect(nowhere).rejects.toMatchObject({ code: 'fileUnusable' });
  });
});
