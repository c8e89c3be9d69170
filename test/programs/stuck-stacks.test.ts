import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeCloud, openrc, type Answers, type FakeCloud } from './fake-cloud';
import { fakeModules, runProgram } from './run-program';

/** A token for the project that is asked for; `foreign` is one where the administrator has no role. */
const keystone = (url: string): Answers => ({
  'POST /v3/auth/tokens': ({ body }) => {
    const { auth } = JSON.parse(body) as { auth: { scope: { project: { id: string } } } };
    const project = auth.scope.project.id;
    if (project === 'foreign') return { status: 401 };
    const endpoints = [{ interface: 'public', url: `${url}/v1/${project}` }];
    const catalog = [{ type: 'orchestration', endpoints }];
    return { status: 201, headers: { 'X-Subject-Token': `of ${project}` }, body: { token: { catalog } } };
  },
});

/** The program as it is; database, oslo.config, Keystone and Heat are fakes. */
describe('stuck-stacks (fake database, Keystone and Heat)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'stuck-stacks-'));
  const tokens: unknown[] = [];
  let cloud: FakeCloud;
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(async () => {
    tokens.length = 0;
    cloud = await fakeCloud((url) => ({
      ...keystone(url),
      'PATCH /v1/p1/stacks/web/a1': ({ headers }) => {
        tokens.push(headers['x-auth-token']);
        return { status: 202 };
      },
    }));
  });
  afterEach(() => cloud.close());

  const resume = (rows: readonly string[][], ...known: string[]): ReturnType<typeof runProgram> => {
    const [config, database] = [join(directory, 'heat.conf'), join(directory, 'database.json')];
    writeFileSync(config, '[database]\nconnection = mysql+pymysql://heat:secret@db1/heat\n');
    writeFileSync(database, JSON.stringify({ tables: [], rows: [['FROM stack', rows]] }));
    return runProgram({
      name: 'stuck-stacks',
      words: [config, 'SELECT * FROM stack', ...known],
      env: { ...openrc(cloud.url), PYTHONPATH: fakeModules, FAKE_DATABASE: database },
    });
  };
  const web = ['a1', 'web', 'UPDATE', '03:00', 'stuck', 'p1'];
  const foreign = ['b2', 'db', 'CREATE', '02:00', 'stuck', 'foreign'];

  it('updates each stuck stack with a token of its own project, and leaves alone what works or is accepted', async () => {
    const working = ['c3', 'batch', 'UPDATE', '03:10', 'works', 'p1'];
    expect(await resume([web, working, foreign], 'b2')).toEqual({
      code: 0,
      said: '1 of 1 stuck stacks resumed by an update',
    });
    expect(tokens).toEqual(['of p1']);
  });

  it("names the owner's command where the administrator has no role", async () => {
    expect(await resume([web, foreign])).toEqual({
      code: 1,
      said:
        '1 of 2 stuck stacks resumed by an update; not resumed: db in project foreign (admin has no role in project ' +
        'foreign). Its owner can run: openstack stack update --existing b2',
    });
  });
});
