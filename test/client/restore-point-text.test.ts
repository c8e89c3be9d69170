import {
  detailsText,
  droppedText,
  fetchedText,
  restorePointLines,
  verifiedText,
} from '../../client/restore-point-text';

const now = new Date('2026-12-01T12:00:00Z');
const runId = '309846d1-df61-46da-a754-662d5af1b071';
const point = {
  runId,
  kind: 'full' as const,
  from: 'antelope',
  to: 'bobcat',
  services: ['keystone', 'heat'],
  madeAt: '2026-11-29T21:14:53.000Z',
  bytes: 31_400_000,
  unread: [],
};

describe('what people read of restore points', () => {
  it('says which are of a rolling run, and which rollback loads their dumps', () => {
    const rolling = { ...point, kind: 'partial' as const };
    expect(restorePointLines({ points: [rolling], now })).toContain('before antelope to bobcat, rolling  31 MB');
    const dump = { host: 'db1', schema: 'heat', madeAt: '2026-11-29T21:16:00Z', restores: true, loaded: true };
    const sizes = { bytes: 1e5, tables: 42, rows: 1234, revisions: [] };
    const text = (parts: { restores: boolean; hadWriters: boolean }): string =>
      detailsText({
        details: {
          ...rolling,
          schemaVersion: 1,
          manifest: 'read',
          hosts: [],
          dumps: [{ ...dump, ...sizes, ...parts }],
          copy: null,
        },
        now,
      });
    expect(text({ restores: true, hadWriters: true })).toContain(
      '2026-11-29 21:16 UTC, while the service ran: a rollback with restore loads it, 42 tables',
    );
    expect(text({ restores: false, hadWriters: true })).toContain('while the service ran: a rollback loads none');
  });

  it('is a line each, with age and size, and what all of them take', () => {
    const young = { ...point, runId: 'ec33192c-376d-4692-a2b3-03098d247e10', madeAt: '2026-12-01T11:00:00Z' };
    expect(restorePointLines({ points: [{ ...young, unread: ['mq1'] }, point], now })).toBe(
      [
        'ec33192c-376d-4692-a2b3-03098d247e10  2026-12-01 11:00 UTC, today  keystone, heat, before antelope to bobcat  31 MB without mq1, which did not answer',
        '309846d1-df61-46da-a754-662d5af1b071  2026-11-29 21:14 UTC, 1 day old  keystone, heat, before antelope to bobcat  31 MB',
        '2 restore points, 63 MB',
      ].join('\n'),
    );
  });

  it('is what one holds, with the dump that a rollback loads', () => {
    const dump = {
      host: 'db1',
      schema: 'heat',
      madeAt: '2026-11-29T21:16:00Z',
      restores: true,
      loaded: true,
      hadWriters: false,
    };
    const text = detailsText({
      details: {
        ...point,
        schemaVersion: 1,
        manifest: 'read',
        hosts: [
          {
            host: 'ctl1',
            writtenAt: '',
            packages: 812,
            holds: ['vim'],
            files: 120,
            kept: 9,
            oldPackages: 7,
            bytes: 5e6,
          },
        ],
        dumps: [{ ...dump, bytes: 1e5, tables: 42, rows: 1234, revisions: ['86'] }],
        copy: { host: 'mq1', files: 20, bytes: 2e6 },
      },
      now,
    });
    expect(text.split('\n')).toEqual([
      `Restore point ${runId}`,
      '  2026-11-29 21:14 UTC, 1 day old',
      '  keystone, heat, before antelope to bobcat',
      '  31 MB',
      '  Its manifest is complete.',
      '',
      'Databases',
      '  heat on db1: 2026-11-29 21:16 UTC, with no writers, 42 tables, 1234 rows, revision 86, 0.1 MB, loaded and counted',
      '',
      'Hosts',
      '  ctl1: 812 package versions (held: vim), 120 files listed, 9 files and 7 packages kept, 5.0 MB',
      '',
      'Second copy on mq1: 20 files, 2.0 MB.',
    ]);
  });

  it('names each file that is wrong, and what helps', () => {
    const verified = {
      schemaVersion: 1,
      runId,
      manifest: 'read',
      files: 31,
      bytes: 3e7,
      dumps: 4,
      unread: ['lb1'],
    } as const;
    const problems = [{ host: 'db1', path: 'db/heat/final.sql.zst', what: 'incomplete', inCopy: true }] as const;
    expect(verifiedText({ ...verified, problems, copy: { host: 'mq1', files: 20 } })).toBe(
      [
        `Restore point ${runId}: it is not complete.`,
        '31 files recorded, 4 dumps read to the end, 30 MB hashed. The second copy on mq1 has 20 files.',
        '  db1: db/heat/final.sql.zst is cut: its last line is missing (in the second copy)',
        'lb1 did not answer: of its files nothing is known.',
        'The second copy has 1 file of these: restore-points fetch brings them back.',
      ].join('\n'),
    );
    expect(verifiedText({ ...verified, problems: [], unread: [], copy: null })).toContain(
      'every file is as it was recorded.',
    );
  });

  it('says what was brought back and what is left, what was deleted and what was not', () => {
    const left = [{ host: 'ctl1', path: 'pool/old/a.deb', what: 'missing', inCopy: false }] as const;
    expect(
      fetchedText({ schemaVersion: 1, runId, fetched: [{ host: 'db1', path: 'x', bytes: 5e6 }], left, unread: [] }),
    ).toBe(
      `Restore point ${runId}: 1 file brought back.\n  db1: x, 5.0 MB\nStill wrong:\n  ctl1: pool/old/a.deb is missing`,
    );
    const refused = [{ runId: 'r2', sentence: 'There is no restore point r2.' }];
    expect(droppedText({ schemaVersion: 1, dropped: [{ runId, bytes: 2e9 }], refused })).toBe(
      `1 restore point deleted, 2.0 GB: ${runId}\nThere is no restore point r2.`,
    );
  });
});
