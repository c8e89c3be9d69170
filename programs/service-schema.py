#!/usr/bin/python3
"""Which database a service uses, its revision, the revision that the installed code wants, and who is connected.

For a controller, run as the service's user. No service's own command tells the head reliably (`keystone-manage db_sync
--check` compares the database with itself before 28.0.0, fact 5), so the migration scripts are read as text, without
importing the project (B.0). The password stays in this process.

    service-schema facts CONFIG FOLDER...      one JSON object
    service-schema at-head CONFIG FOLDER...    exit 0 when the revision is the installed code's head
    service-schema state CONFIG FOLDER...      one line: revision, what the schema holds, which revision the code wants
    service-schema silent CONFIG FOLDER...     exit 0 when nobody else is connected as this service (R-OPS-61)

Several verbs, by commas, are answered in this order from one look, up to the first that does not hold: a migration
waits for one process, not for three.

CONFIG is a file, after a colon the section where `connection` stands, when it is not [database], and after another
colon the option, when it is not `connection`.
"""

import json
import os
import re
import sys
import sysconfig

import sqlalchemy
from database_url import database_url

# In a virtual environment only its own code counts: the packages' lies beside it.
ROOTS = [sysconfig.get_paths()['purelib']] if sys.prefix != sys.base_prefix else [
    '/usr/lib/python3/dist-packages', sysconfig.get_paths()['purelib']]
QUOTED = r"""['"]([0-9a-z_]+)['"]"""


def scripts_folder(folders):
    for folder in folders:
        for root in ROOTS:
            if os.path.isdir(os.path.join(root, folder)):
                return os.path.join(root, folder)
    sys.exit('no migration scripts in any of these directories: ' + ' '.join(folders))


def scripts(folder):
    """The heads, and every revision that has a script."""
    numbers, revisions, parents = [], set(), set()
    for root, _, names in os.walk(folder):
        for name in names:
            if not name.endswith('.py'):
                continue
            numbered = re.match(r'(\d{3})_', name)
            if numbered and 'migrate_repo' in root:
                numbers.append(int(numbered[1]))
            text = open(os.path.join(root, name), encoding='utf-8').read()
            revisions.update(re.findall(r'^revision\b[^=\n]*=\s*' + QUOTED, text, re.M))
            # A revision takes its parents out of alembic_version, and what it depends on in another branch as well.
            for before in re.findall(r'^(?:down_revision|depends_on)\b[^=\n]*=\s*([^\n]*(?:\n\s+[^\n]*)*)', text, re.M):
                parents.update(re.findall(QUOTED, before))
    if revisions:
        return sorted(revisions - parents), revisions
    return [str(max(numbers))] if numbers else [], {str(number) for number in numbers}


def is_ahead(seen, known):
    """Numbers are older than all that alembic knows."""
    numbered = all(one.isdigit() for one in known)
    return any(one not in known and (numbered or not one.isdigit()) for one in seen)


def current(connection):
    tables = sqlalchemy.inspect(connection).get_table_names()
    if 'alembic_version' in tables:
        rows = connection.execute(sqlalchemy.text('SELECT version_num FROM alembic_version')).fetchall()
        if rows:
            return sorted(row[0] for row in rows)
    if 'migrate_version' in tables:
        row = connection.execute(sqlalchemy.text('SELECT MAX(version) FROM migrate_version')).fetchone()
        return [str(row[0])]
    return []


def others(connection):
    return connection.execute(sqlalchemy.text(
        "SELECT COUNT(*) FROM information_schema.processlist "
        "WHERE user = SUBSTRING_INDEX(CURRENT_USER(), '@', 1) AND id <> CONNECTION_ID()")).scalar()


def server(connection):
    """Which server answers, whatever address leads to it: its host, and the state of the cluster that it is in."""
    hostname = connection.execute(sqlalchemy.text('SELECT @@hostname')).scalar()
    cluster = connection.execute(sqlalchemy.text("SHOW GLOBAL STATUS LIKE 'wsrep_cluster_state_uuid'")).fetchall()
    return {'hostname': hostname, 'cluster': ''.join(row[1] for row in cluster)}


def holds(connection):
    """A migration that stopped between two statements has altered this, and not the revision (trap 5)."""
    return '%d tables, %d columns, %d indexes' % tuple(connection.execute(sqlalchemy.text(
        "SELECT (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()), "
        "(SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()), "
        "(SELECT COUNT(DISTINCT table_name, index_name) FROM information_schema.statistics "
        "WHERE table_schema = DATABASE())")).fetchone())


def main(verbs, config_file, *folders):
    verbs = verbs.split(',')
    url = database_url(config_file)
    with sqlalchemy.create_engine(url).connect() as connection:
        seen, rest = current(connection), others(connection)
        head, known = scripts(scripts_folder(folders))
        schema = holds(connection) if 'state' in verbs else ''
        place = server(connection) if 'facts' in verbs else None
    for verb in verbs:
        if verb == 'facts':
            print(json.dumps({'database': url.database, 'user': url.username, 'host': url.host, 'server': place,
                              'current': seen, 'head': head,
                              'ahead': is_ahead(seen, known), 'connections': rest}))
        elif verb == 'at-head':
            print('revision %s, installed code needs %s' % (' '.join(seen) or 'none', ' '.join(head)))
            if seen != head:
                sys.exit(1)
        elif verb == 'state':
            print('revision %s, %s; installed code needs %s' % (' '.join(seen) or 'none', schema, ' '.join(head)))
        elif verb == 'silent':
            print('other connections of database user %s: %d' % (url.username, rest))
            if rest != 0:
                sys.exit(1)
        else:
            sys.exit('unknown verb ' + verb)


main(*sys.argv[1:])
