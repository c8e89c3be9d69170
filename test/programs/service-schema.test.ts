import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeModules, runProgram } from './run-program';

/** The program as it is, on fakes of sqlalchemy and oslo.config; the lab runs it against MariaDB. */
describe('service-schema (fake database)', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'service-schema-'));
    writeFileSync(join(directory, 'heat.conf'), '[database]\nconnection = mysql+pymysql://heat:s%40e@db1/heat\n');
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const script = (name: string, text: string): void => {
    mkdirSync(join(directory, 'versions'), { recursive: true });
    writeFileSync(join(directory, 'versions', name), text);
  };
  const run = (options: { verb: string; revision: string; others: number; database?: object; section?: string }) => {
    const database = join(directory, 'database.json');
    const rows = [
      ['FROM alembic_version', [[options.revision]]],
      ['information_schema.processlist', [[options.others]]],
      ['@@hostname', [['db1']]],
      ['wsrep_cluster_state_uuid', [['wsrep_cluster_state_uuid', '1771c664']]],
      ['information_schema.tables', [[30, 210, 41]]],
    ];
    writeFileSync(database, JSON.stringify({ tables: ['alembic_version', 'stack'], rows, ...options.database }));
    return runProgram({
      name: 'service-schema',
      words: [
        options.verb,
        `${join(directory, 'heat.conf')}${options.section ?? ''}`,
        'nowhere/versions',
        join(directory, 'versions'),
      ],
      env: { PYTHONPATH: fakeModules, FAKE_DATABASE: database },
    });
  };

  const alembic = (): void => {
    script('c6214ca60943_initial.py', "revision = 'c6214ca60943'\ndown_revision = None\n");
    script('3c3aeb8f1e1c_next.py', "revision: str = '3c3aeb8f1e1c'\ndown_revision = (\n    'c6214ca60943'\n)\n");
  };

  it('says which database, which revision and which head, and no password', async () => {
    alembic();
    const { code, said } = await run({ verb: 'facts', revision: 'c6214ca60943', others: 3 });
    expect([code, JSON.parse(said)]).toEqual([
      0,
      {
        database: 'heat',
        user: 'heat',
        host: 'db1',
        server: { hostname: 'db1', cluster: '1771c664' },
        current: ['c6214ca60943'],
        head: ['3c3aeb8f1e1c'],
        ahead: false,
        connections: 3,
      },
    ]);
  });

  it('is at its head only with the last revision that has a script', async () => {
    alembic();
    expect((await run({ verb: 'at-head', revision: 'c6214ca60943', others: 0 })).code).toBe(1);
    expect(await run({ verb: 'at-head', revision: '3c3aeb8f1e1c', others: 0 })).toEqual({
      code: 0,
      said: 'revision 3c3aeb8f1e1c, installed code needs 3c3aeb8f1e1c',
    });
  });

  it('knows a revision of a newer release as one that the code has never heard of', async () => {
    alembic();
    const { said } = await run({ verb: 'facts', revision: 'feedc0ffee00', others: 0 });
    expect(JSON.parse(said)).toMatchObject({ ahead: true });
  });

  it('does not want a revision that the head of another branch depends on', async () => {
    script('expand.py', "revision = '2023_1_expand01'\ndown_revision = None\nbranch_labels = 'expand'\n");
    script('contract.py', "revision = '2023_1_contract01'\ndown_revision = None\ndepends_on = '2023_1_expand01'\n");
    expect(await run({ verb: 'at-head', revision: '2023_1_contract01', others: 0 })).toEqual({
      code: 0,
      said: 'revision 2023_1_contract01, installed code needs 2023_1_contract01',
    });
  });

  it('reads the connection from the section that is named, and says when it is not set there', async () => {
    alembic();
    const asked = { verb: 'facts', revision: 'c6214ca60943', others: 0 };
    const { code, said } = await run({ ...asked, section: ':placement_database' });
    expect([code, said]).toEqual([1, `${directory}/heat.conf: [placement_database] connection is not set`]);
    const connection = 'connection = mysql+pymysql://placement:secret@db1/placement';
    appendFileSync(join(directory, 'heat.conf'), `[placement_database]\n${connection}\n`);
    expect(JSON.parse((await run({ ...asked, section: ':placement_database' })).said)).toMatchObject({
      database: 'placement',
      user: 'placement',
    });
  });

  it('reads numbered scripts of before alembic', async () => {
    mkdirSync(join(directory, 'versions', 'migrate_repo'), { recursive: true });
    script('migrate_repo/085_a.py', '');
    script('migrate_repo/086_b.py', '');
    const database = {
      tables: ['migrate_version'],
      rows: [
        ['migrate_version', [[86]]],
        ['processlist', [[0]]],
      ],
    };
    expect((await run({ verb: 'at-head', revision: '', others: 0, database })).code).toBe(0);
  });

  it('is silent only when nobody else is connected', async () => {
    alembic();
    expect((await run({ verb: 'silent', revision: 'c6214ca60943', others: 0 })).code).toBe(0);
    expect(await run({ verb: 'silent', revision: 'c6214ca60943', others: 2 })).toEqual({
      code: 1,
      said: 'other connections of database user heat: 2',
    });
  });

  it('answers several questions from one look, up to the first that does not hold', async () => {
    alembic();
    const asked = { verb: 'facts,silent,state', revision: 'c6214ca60943' };
    const quiet = await run({ ...asked, others: 0 });
    expect([quiet.code, quiet.said.split('\n').slice(1)]).toEqual([
      0,
      [
        'other connections of database user heat: 0',
        'revision c6214ca60943, 30 tables, 210 columns, 41 indexes; installed code needs 3c3aeb8f1e1c',
      ],
    ]);
    const { code, said } = await run({ ...asked, others: 2 });
    expect([code, said.split('\n').slice(1)]).toEqual([1, ['other connections of database user heat: 2']]);
  });

  it('counts what the schema holds: a migration that stopped half-way shows there', async () => {
    alembic();
    expect((await run({ verb: 'state', revision: 'c6214ca60943', others: 0 })).said).toBe(
      'revision c6214ca60943, 30 tables, 210 columns, 41 indexes; installed code needs 3c3aeb8f1e1c',
    );
  });
});
