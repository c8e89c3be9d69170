import { fakeCloud, login, openrc, type Answers, type FakeCloud } from './fake-cloud';
import { runProgram } from './run-program';

const one = '/v1/resource/generic/canary';

/** A Gnocchi that keeps one resource, or none. `deaf`: it takes measures and never processes them. */
function gnocchi(options: { measures?: number; deaf?: boolean; methods?: string[] }): Answers {
  const kept = { there: options.measures !== undefined, measures: options.measures ?? 0 };
  const found = (body: unknown): ReturnType<Answers[string]> => (kept.there ? { status: 200, body } : { status: 404 });
  return {
    ...login,
    [`GET ${one}`]: () => found({ id: 'canary' }),
    [`GET ${one}/metric/canary/measures`]: () =>
      found(Array.from({ length: kept.measures }, (_, index) => ['2026-11-30T04:36:00+00:00', 300, index])),
    'GET /v1/archive_policy': () => ({
      status: 200,
      body: [
        { name: 'bool', aggregation_methods: ['last'] },
        { name: 'low', aggregation_methods: options.methods ?? ['mean'] },
      ],
    }),
    'POST /v1/resource/generic': ({ body }) => {
      kept.there = true;
      const { metrics } = JSON.parse(body) as { metrics: { canary: { archive_policy_name: string } } };
      return metrics.canary.archive_policy_name === 'low' ? { status: 201, body: {} } : { status: 400 };
    },
    [`POST ${one}/metric/canary/measures`]: () => {
      if (options.deaf !== true) kept.measures += 1;
      return { status: 202 };
    },
    [`DELETE ${one}`]: () => {
      kept.there = false;
      return { status: 204 };
    },
  };
}

/** The program as it is; Keystone and Gnocchi are fakes. The lab runs it against real ones. */
describe('gnocchi-check (fake Keystone and Gnocchi)', () => {
  let cloud: FakeCloud;
  afterEach(() => cloud.close());

  const check = (verb: string): ReturnType<typeof runProgram> =>
    runProgram({ name: 'gnocchi-check', words: [verb, cloud.url, 'canary', '1'], env: openrc(cloud.url) });
  const changes = (): string[] => cloud.asked.filter((asked) => !asked.startsWith('GET') && !asked.includes('tokens'));

  it('creates a metric that keeps a mean, measures it, and again later', async () => {
    cloud = await fakeCloud(() => gnocchi({}));
    const said = (before: number): string =>
      `${cloud.url}: a measure of canary was taken and processed, ${String(before)} before it`;
    expect([await check('create'), await check('check')]).toEqual([
      { code: 0, said: said(0) },
      { code: 0, said: said(1) },
    ]);
    const measured = `POST ${one}/metric/canary/measures`;
    expect(changes()).toEqual(['POST /v1/resource/generic', measured, measured]);
  });

  it('says that a measure is taken and never processed', async () => {
    cloud = await fakeCloud(() => gnocchi({ measures: 3, deaf: true }));
    expect(await check('check')).toEqual({
      code: 1,
      said: `${cloud.url} took a measure of canary, and it is not processed after 1 s`,
    });
  });

  it('says that what was measured before the upgrade is gone', async () => {
    cloud = await fakeCloud(() => gnocchi({ measures: 0 }));
    expect(await check('check')).toEqual({ code: 1, said: `${cloud.url}: resource canary has no measures` });
    expect(changes()).toEqual([]);
  });

  it('says that nothing can be measured where no archive policy keeps a mean', async () => {
    cloud = await fakeCloud(() => gnocchi({ methods: ['max'] }));
    expect(await check('create')).toEqual({
      code: 1,
      said: `${cloud.url} has no archive policy that keeps a mean, so that nothing can be measured`,
    });
  });

  it('deletes it once, and none twice', async () => {
    cloud = await fakeCloud(() => gnocchi({ measures: 1 }));
    const gone = { code: 0, said: `${cloud.url}: resource canary is not there` };
    expect([await check('delete'), await check('delete')]).toEqual([gone, gone]);
    expect(changes()).toEqual([`DELETE ${one}`]);
  });
});
