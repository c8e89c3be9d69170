import { createHash } from 'node:crypto';
import { fakeCloud, login, openrc, type Answers, type FakeCloud } from './fake-cloud';
import { runProgram } from './run-program';

/** A Glance that keeps one image. `spoil`: the bytes come back otherwise than they went in. */
function glance(options: { status?: string; bytes?: Buffer; spoil?: boolean }): Answers {
  const kept: { status: string | null; bytes: Buffer } = {
    status: options.status ?? null,
    bytes: options.bytes ?? Buffer.alloc(0),
  };
  return {
    ...login,
    'GET /v2/images?name=canary': () => ({
      status: 200,
      body: { images: kept.status === null ? [] : [{ id: 'i1', status: kept.status }] },
    }),
    'POST /v2/images': () => {
      kept.status = 'queued';
      return { status: 201, body: { id: 'i1', status: 'queued' } };
    },
    'PUT /v2/images/i1/file': ({ bytes }) => {
      Object.assign(kept, { status: 'active', bytes });
      return { status: 204 };
    },
    'GET /v2/images/i1/file': () => ({ status: 200, bytes: options.spoil === true ? Buffer.alloc(3) : kept.bytes }),
    'DELETE /v2/images/i1': () => {
      kept.status = null;
      return { status: 204 };
    },
  };
}

/** The program as it is; Keystone and Glance are fakes. The lab runs it against real ones. */
describe('openstack-check, images (fake Keystone and Glance)', () => {
  let cloud: FakeCloud;
  afterEach(() => cloud.close());

  const check = (verb: string): ReturnType<typeof runProgram> =>
    runProgram({ name: 'openstack-check', words: [verb, cloud.url, 'canary', '2'], env: openrc(cloud.url) });
  const changes = (): string[] => cloud.asked.filter((one) => !one.startsWith('GET') && !one.includes('tokens'));

  it('uploads 1 MiB, and finds the same bytes again', async () => {
    const sent: Buffer[] = [];
    cloud = await fakeCloud(() => {
      const answers = glance({});
      const put = answers['PUT /v2/images/i1/file'];
      return {
        ...answers,
        'PUT /v2/images/i1/file': (asked) => {
          sent.push(asked.bytes);
          return put?.(asked) ?? { status: 500 };
        },
      };
    });
    const created = await check('image-create');
    expect(sent.map(({ length }) => length)).toEqual([2 ** 20]);
    const sum = createHash('sha256')
      .update(sent[0] ?? '')
      .digest('hex')
      .slice(0, 12);
    const said = `${cloud.url}: image canary is active, sha256 ${sum}`;
    expect([created, await check('image-check')]).toEqual([
      { code: 0, said },
      { code: 0, said },
    ]);
  });

  it('does not take another image for the one that it made', async () => {
    cloud = await fakeCloud(() => glance({ spoil: true }));
    const { code, said } = await check('image-create');
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/image canary downloads with 200 and sha256 \w+, not \w+$/),
    ]);
  });

  it('makes an image anew whose upload was cut off, and no second one', async () => {
    cloud = await fakeCloud(() => glance({ status: 'saving' }));
    expect((await check('image-create')).code).toBe(0);
    expect((await check('image-create')).code).toBe(0);
    expect(changes()).toEqual(['DELETE /v2/images/i1', 'POST /v2/images', 'PUT /v2/images/i1/file']);
  });

  it('says that an image is gone, and deletes none twice', async () => {
    cloud = await fakeCloud(() => glance({ status: 'active' }));
    const gone = { code: 0, said: `${cloud.url}: image canary is not there` };
    expect([await check('image-delete'), await check('image-delete')]).toEqual([gone, gone]);
    expect(changes()).toEqual(['DELETE /v2/images/i1']);
    expect(await check('image-check')).toEqual({ ...gone, code: 1 });
  });

  it('says what Glance refused', async () => {
    cloud = await fakeCloud(() => ({ ...glance({}), 'POST /v2/images': () => ({ status: 403, body: 'quota' }) }));
    expect(await check('image-create')).toEqual({
      code: 1,
      said: `${cloud.url} refused to create image canary: 403 "quota"`,
    });
  });
});
