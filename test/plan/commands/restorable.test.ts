import { restorable } from '../../../plan/commands/restore-schema';
import { lookAt } from '../violated-probes';

/** As MariaDB 10.11 dumps Heat of antelope, cut down to two tables. */
const dump = [
  '/*M!999999\\- enable the sandbox mode */ ',
  '-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)',
  '/*!40000 DROP DATABASE IF EXISTS `heat`*/;',
  '',
  'CREATE DATABASE /*!32312 IF NOT EXISTS*/ `heat` /*!40100 DEFAULT CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci */;',
  '',
  'USE `heat`;',
  'DROP TABLE IF EXISTS `migrate_version`;',
  'CREATE TABLE `migrate_version` (',
  '  `repository_id` varchar(250) NOT NULL,',
  ') ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;',
  'INSERT INTO `migrate_version` VALUES',
  "('heat','/usr/lib/python3/dist-packages/heat/db/sqlalchemy/migrate_repo',86);",
  'CREATE TABLE `stack` (',
  '  `id` varchar(36) NOT NULL,',
  ') ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;',
  '-- Dump completed on 2026-11-30  9:07:21',
];

/** Keystone of antelope on the same server: two branches, a row each, each on a line of its own. */
const branches = [
  '/*!40000 DROP DATABASE IF EXISTS `keystone`*/;',
  'USE `keystone`;',
  'CREATE TABLE `alembic_version` (',
  ') ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;',
  '/*!40000 ALTER TABLE `alembic_version` DISABLE KEYS */;',
  'INSERT INTO `alembic_version` VALUES',
  "('29e87d24a316'),",
  "('e25ffa003242');",
  '/*!40000 ALTER TABLE `alembic_version` ENABLE KEYS */;',
  '-- Dump completed on 2026-11-30  9:07:21',
];

interface Kept {
  readonly schema?: string;
  readonly counts?: string;
  readonly revisions?: string;
  readonly lines?: readonly string[];
  readonly roomBytes?: number;
}

function look(kept: Kept): { code: number | null; lastLine: string } {
  const { lines = dump, roomBytes = 10_000_000, schema = 'heat' } = kept;
  const { counts = 'migrate_version\t1\nstack\t3\n', revisions = '86\n' } = kept;
  const text = `cat <<'END'\n${lines.join('\n')}\nEND`;
  return lookAt({
    probe: restorable({ schema, moment: 'final', compression: 'zstd' }),
    violation: {
      commands: {
        sha256sum: ':',
        zstd: `case $1 in -dcq) ${text}\n;; esac`,
        mariadb: 'echo /var/lib/mysql/',
        df: `printf 'Avail\\n${String(roomBytes)}\\n'`,
        stat: 'echo 1796029641',
      },
      pointFiles: {
        [`db/${schema}/final.counts`]: counts,
        [`db/${schema}/final.revisions`]: revisions,
        [`db/${schema}/final.bytes`]: '1000\n',
        [`db/${schema}/final.sql.zst`]: '',
      },
      said: '',
    },
  });
}

describe('a dump that a rollback would load', () => {
  it('is one of its schema and of the release that was recorded, and there is room for it', () => {
    expect(look({})).toEqual({ code: 0, lastLine: '1000 bytes, made 2026-11-30 09:07:21 UTC' });
  });

  it('is known by the revisions of all its branches', () => {
    const keystone = { schema: 'keystone', lines: branches, counts: 'alembic_version\t2\n' };
    const kept = (...revisions: string[]): Kept => ({ ...keystone, revisions: `${revisions.join('\n')}\n` });
    expect(look(kept('29e87d24a316', 'e25ffa003242')).code).toBe(0);
    expect(look(kept('29e87d24a316', 'b4f8b3f584e0'))).toEqual({
      code: 1,
      lastLine: 'the dump is not one of keystone as it was recorded, at revision b4f8b3f584e0. Nothing was restored',
    });
  });

  it.each<[string, Kept, string]>([
    [
      'drops another schema as well',
      { lines: [...dump, '/*!40000 DROP DATABASE IF EXISTS `keystone`*/;'] },
      'the dump is not one of heat alone. Nothing was restored. It says: /*!40000 DROP DATABASE IF EXISTS `heat`;/*!40000 DROP DATABASE IF EXISTS `keystone`;USE `heat`',
    ],
    [
      'has tables of another release',
      { lines: dump.map((line) => line.replace('CREATE TABLE `migrate_version`', 'CREATE TABLE `alembic_version`')) },
      'the dump is not one of heat as it was recorded. Nothing was restored. Tables that were recorded (<), and that it has (>): < migrate_version > alembic_version',
    ],
    [
      'has the same tables at another revision',
      { lines: dump.map((line) => line.replace(',86)', ',73)')) },
      'the dump is not one of heat as it was recorded, at revision 86. Nothing was restored',
    ],
    ['is empty', { lines: [] }, 'the dump is not one of heat alone. Nothing was restored. It says: '],
    [
      'has no room, although its rows are few: each table is a file',
      { roomBytes: 300_000 },
      '/var/lib/mysql/ has room for 300000 bytes, the load of heat needs 329680',
    ],
  ])('is refused before anything stops where it %s', (_, kept, said) => {
    const { code, lastLine } = look(kept);
    expect(code).not.toBe(0);
    expect(lastLine).toBe(said.trim());
  });
});
