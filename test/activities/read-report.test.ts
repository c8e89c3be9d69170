import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { readReport } from '../../activities/read-report';
import type { Reach } from '../../activities/reach';
import { stateDirectory } from '../../catalog/platform/apt';
import { createJobs, createRootShell } from '../../remote';
import { toyCloud } from '../../testing/toy-survey';
import { localTransport } from '../remote/ssh/local-transport';

const asRootOnly = process.getuid?.() === 0 ? describe : describe.skip;

asRootOnly('fetching a report from its host (needs root: it lies where only root reads)', () => {
  const root = createRootShell({ transport: localTransport({ broken: () => [] }) });
  const cloud = toyCloud(['ctl1']);
  const reach: Reach = { cloud, transport: localTransport({ broken: () => [] }), root, jobs: createJobs({ root }) };
  const runId = randomUUID();
  const directory = `${stateDirectory}/runs/${runId}`;
  const read = (id: string) => readReport({ reach, input: { cloud: 'cedar', runId: id } });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const textOf = (packed: string): string => gunzipSync(Buffer.from(packed, 'base64')).toString();

  it('gives both files byte by byte, whatever is in them', async () => {
    mkdirSync(directory, { recursive: true });
    const text = `{"quote":"'\\"$(id)\`\\n","letters":"äß✗"}\n`;
    writeFileSync(`${directory}/report.json`, text);
    writeFileSync(`${directory}/report.html`, `<p>${text}</p>`);
    const report = await read(runId);
    expect(textOf(report!.json)).toBe(text);
    expect(textOf(report!.html)).toBe(`<p>${text}</p>`);
  });

  it('says that there is none', async () => {
    expect(await read(randomUUID())).toBeNull();
  });

  it.each(['../../../etc', 'run-1', '$(reboot)', ''])('reads nothing for what is no id of a run: "%s"', async (id) => {
    await expect(read(id)).rejects.toThrow('is not a run id. Nothing was read.');
  });
});
