import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeCloud, login, openrc, type Answers, type FakeCloud } from './fake-cloud';
import { runProgram } from './run-program';

/** The program as it is; Keystone and Heat are fakes. The lab runs it against real ones. */
describe('openstack-check (fake Keystone and Heat)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'openstack-check-'));
  const token = join(directory, 'token');
  let cloud: FakeCloud;
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(() => cloud.close());

  const check = (...words: string[]): ReturnType<typeof runProgram> =>
    runProgram({ name: 'openstack-check', words, env: openrc(cloud.url) });

  it('keeps a new token where only its owner reads it', async () => {
    cloud = await fakeCloud(() => login);
    expect((await check('issue-token', `${cloud.url}/v3`, token)).code).toBe(0);
    expect([readFileSync(token, 'utf8'), statSync(token).mode & 0o777]).toEqual(['fresh', 0o600]);
  });

  /** A Keystone that says of every token until when it counts. */
  const counting = (status: number, minutes: number): Answers => ({
    ...login,
    'GET /v3/auth/tokens?nocatalog': () => ({
      status,
      body: { token: { expires_at: new Date(Date.now() + minutes * 60_000).toISOString() } },
    }),
    'GET /v1/p1/stacks/s1': () => ({ status: 404 }),
  });

  it.each([
    ['while it counts for long enough', 200, 30, 1],
    ['not one that ends soon', 200, 5, 2],
    ['not one that counts no more', 404, 30, 2],
  ])('keeps a token for its next verbs: %s', async (_, status, minutes, logins) => {
    const session = join(directory, `session-${String(status)}-${String(minutes)}`);
    cloud = await fakeCloud(() => counting(status, minutes));
    const words = ['delete', cloud.url, 's1', '5'];
    const env = { ...openrc(cloud.url), OSU_SESSION: session };
    for (let turn = 0; turn < 2; turn++)
      expect((await runProgram({ name: 'openstack-check', words, env })).code).toBe(0);
    expect(cloud.asked.filter((one) => one === 'POST /v3/auth/tokens')).toHaveLength(logins);
    expect(statSync(session).mode & 0o777).toBe(0o600);
  });

  it('keeps no token where the run has no directory for it', async () => {
    cloud = await fakeCloud(() => counting(200, 30));
    const env = { ...openrc(cloud.url), OSU_SESSION: join(directory, 'away', 'session') };
    const { code } = await runProgram({ name: 'openstack-check', words: ['delete', cloud.url, 's1', '5'], env });
    expect([code, existsSync(join(directory, 'away'))]).toEqual([0, false]);
  });

  it('says which credentials are missing', async () => {
    cloud = await fakeCloud(() => login);
    const words = ['issue-token', cloud.url, token];
    expect(await runProgram({ name: 'openstack-check', words })).toEqual({
      code: 1,
      said: 'OS_USERNAME is not set. Check the openrc file',
    });
  });

  it('tells nobody there from a refusal, by its exit code', async () => {
    cloud = await fakeCloud(() => ({ 'POST /v3/auth/tokens': () => ({ status: 503 }) }));
    expect(await check('issue-token', `${cloud.url}/v3`, token)).toEqual({
      code: 75,
      said: `${cloud.url}/v3 does not answer: the load balancer has no server for it`,
    });
    const { code, said } = await check('issue-token', 'http://127.0.0.1:1/v3', token);
    expect([code, said]).toEqual([
      75,
      expect.stringContaining('127.0.0.1:1/v3/auth/tokens does not answer: [Errno 111]'),
    ]);
  });

  it.each([
    [200, 0],
    [401, 0],
    [500, 1],
  ])('takes %d for a token of before with exit code %d', async (status, code) => {
    writeFileSync(token, 'kept');
    const subjects: unknown[] = [];
    cloud = await fakeCloud(() => ({
      ...login,
      'GET /v3/auth/tokens': ({ headers }) => {
        subjects.push(headers['x-subject-token']);
        return { status };
      },
    }));
    expect((await check('old-token', `${cloud.url}/v3`, token)).code).toBe(code);
    expect(subjects).toEqual(['kept']);
  });

  /** Heat that makes what it is asked for; the stack reads `states`, one a look. */
  const heat = (states: (string | null)[]): Answers => ({
    ...login,
    'GET /v1/p1/stacks/canary': () => {
      const state = states.length > 1 ? states.shift() : states[0];
      return state == null
        ? { status: 404 }
        : { status: 200, body: { stack: { id: 's1', stack_status: state, stack_status_reason: 'because' } } };
    },
    'POST /v1/p1/stacks': () => ({ status: 201 }),
    'POST /v1/p1/stacks/canary/s1/actions': () => ({ status: 200 }),
    'PUT /v1/p1/stacks/canary/s1': () => ({ status: 202 }),
    'DELETE /v1/p1/stacks/canary/s1': () => ({ status: 204 }),
  });

  it.each([
    ['create', [null, 'CREATE_IN_PROGRESS', 'CREATE_COMPLETE'], 'POST /v1/p1/stacks'],
    ['update', ['CREATE_COMPLETE', 'UPDATE_COMPLETE'], 'PUT /v1/p1/stacks/canary/s1'],
    ['check', ['UPDATE_COMPLETE', 'CHECK_COMPLETE'], 'POST /v1/p1/stacks/canary/s1/actions'],
    ['delete', ['CHECK_COMPLETE', null], 'DELETE /v1/p1/stacks/canary/s1'],
  ])('%s: asks Heat, and waits until the stack is complete', async (verb, states, request) => {
    cloud = await fakeCloud(() => heat([...states]));
    expect(await check(verb, cloud.url, 'canary', '30')).toMatchObject({ code: 0 });
    expect(cloud.asked).toContain(request);
  });

  it.each([
    ['CREATE_COMPLETE', ['CREATE_COMPLETE', 'CHECK_COMPLETE'], 0, 'stack canary is CREATE_COMPLETE, with 2 resources'],
    ['CREATE_COMPLETE', ['CREATE_COMPLETE', 'CREATE_FAILED'], 1, 'with 2 resources; not complete: one1'],
    [
      'UPDATE_FAILED',
      ['CREATE_COMPLETE'],
      1,
      'stack canary is UPDATE_FAILED, with 1 resources; not complete: none of them',
    ],
    ['CREATE_COMPLETE', [], 1, 'with 0 resources; not complete: none of them'],
  ])('show: a stack in %s with resources in %j', async (state, resources, code, said) => {
    cloud = await fakeCloud(() => ({
      ...heat([state]),
      'GET /v1/p1/stacks/canary/s1/resources': () => ({
        status: 200,
        body: {
          resources: resources.map((one, index) => ({ resource_name: `one${String(index)}`, resource_status: one })),
        },
      }),
    }));
    const shown = await check('show', cloud.url, 'canary', '30');
    expect([shown.code, shown.said]).toEqual([code, expect.stringContaining(said)]);
    // A look alone: nothing is asked of an engine.
    expect(cloud.asked.filter((one) => !one.startsWith('GET'))).toEqual(['POST /v3/auth/tokens']);
  });

  it('creates no second stack, and deletes none that is gone', async () => {
    cloud = await fakeCloud(() => heat(['CREATE_COMPLETE']));
    expect(await check('create', cloud.url, 'canary', '30')).toEqual({ code: 0, said: 'stack canary exists' });
    cloud.close();
    cloud = await fakeCloud(() => heat([null]));
    expect(await check('delete', cloud.url, 'canary', '30')).toEqual({ code: 0, said: 'stack canary does not exist' });
    expect(cloud.asked.filter((one) => !one.startsWith('GET') && !one.includes('tokens'))).toEqual([]);
  });

  it('gives the reason of a stack that failed', async () => {
    cloud = await fakeCloud(() => heat([null, 'CREATE_FAILED']));
    expect(await check('create', cloud.url, 'canary', '30')).toEqual({
      code: 1,
      said: `${cloud.url}: stack canary is CREATE_FAILED: because`,
    });
  });
});
