import { restoreSchema } from '../../../plan/commands/restore-schema';
import { readAt } from '../violated-probes';

const dump = [
  '/*!40000 DROP DATABASE IF EXISTS `heat`*/;',
  'USE `heat`;',
  'CREATE TABLE `stack` (',
  ') ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;',
  '-- Dump completed on 2026-11-30  9:07:21',
].join('\n');

/** `before`, `after`: who is connected before the load and after it, as MariaDB 10.11 lists them. */
function restore({ before = '', after = '' }: { before?: string; after?: string }): ReturnType<typeof readAt> {
  const { script } = restoreSchema({
    moment: 'final',
    service: 'heat',
    database: { name: 'heat', user: 'heat' },
    compression: 'zstd',
    timeoutSeconds: 60,
  });
  return readAt({
    probe: { script } as Parameters<typeof readAt>[0]['probe'],
    violation: {
      commands: {
        sha256sum: 'test "$1" = --quiet || echo 5f2a',
        zstd: `cat <<'END'\n${dump}\nEND`,
        df: "printf 'Avail\\n10000000\\n'",
        du: 'echo 1',
        mariadb: `here=$(dirname "$0")
case "$*" in
  --abort-source-on-error) cat > "$here/loaded" ;;
  *processlist*) test -e "$here/loaded" && printf %s '${after}' || printf %s '${before}' ;;
  *@@datadir*) echo "$here" ;;
  *CONCAT*) echo 'SELECT ...;' ;;
  *information_schema.tables*) echo stack ;;
  '-N -B') printf 'stack\\t3\\n' ;;
esac`,
      },
      pointFiles: {
        'db/heat/final.counts': 'stack\t3\n',
        'db/heat/final.bytes': '1000\n',
        'db/heat/final.sql.zst': '',
      },
      said: '',
    },
  });
}

describe('the restore of a schema', () => {
  it('loads it while nobody is connected', () => {
    expect(restore({})).toMatchObject({ code: 0, stdout: '1 tables, 3 rows restored\n' });
  });

  it('drops nothing while somebody is', () => {
    const { code, stdout, stderr } = restore({ before: 'heat from 192.0.2.11:41000' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('heat from 192.0.2.11 (1 connections)\n');
  });

  it('is not done where somebody connected while it loaded', () => {
    const { code, stdout, stderr } = restore({ after: 'heat from 192.0.2.11:41000' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'heat was loaded, and somebody connected to it meanwhile. Stop what is named here, then retry: the restore starts from its beginning. Connected: heat from 192.0.2.11 (1 connections)\n',
    );
  });
});
