#!/usr/bin/python3
"""Stand-in for ceilometer-upgrade of Ocata and Pike, with its options.

Its metering database has the tables that the stand-in of the collector writes, and the revisions that the real one had.
Resource types are upgraded by the code of the installed agents, which stands in for the old one's.
"""

import sys

import sqlalchemy
from oslo_config import cfg

HEAD = int('@HEAD@')
TABLES = (
    'CREATE TABLE meter (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL, UNIQUE (name))',
    'CREATE TABLE resource (internal_id INT AUTO_INCREMENT PRIMARY KEY, resource_id VARCHAR(255) NOT NULL, '
    'metadata_hash VARCHAR(32), KEY (resource_id))',
    'CREATE TABLE sample (id INT AUTO_INCREMENT PRIMARY KEY, meter_id INT, resource_id INT, volume DOUBLE, '
    'timestamp DECIMAL(20, 6))',
    'CREATE TABLE migrate_version (repository_id VARCHAR(250) PRIMARY KEY, repository_path TEXT, version INT)',
    "INSERT INTO migrate_version VALUES ('ceilometer', '', 44)",
)
STEPS = {45: 'ALTER TABLE resource ADD INDEX resource_metadata_hash (metadata_hash)'}


def metering():
    conf = cfg.ConfigOpts()
    conf.register_opts([cfg.StrOpt('connection', secret=True)], group='database')
    conf([], project='ceilometer')
    with sqlalchemy.create_engine(conf.database.connection).begin() as connection:
        if 'migrate_version' not in sqlalchemy.inspect(connection).get_table_names():
            for statement in TABLES:
                connection.execute(sqlalchemy.text(statement))
        version = connection.execute(sqlalchemy.text('SELECT version FROM migrate_version')).scalar()
        for step in range(version + 1, HEAD + 1):
            connection.execute(sqlalchemy.text(STEPS[step]))
            connection.execute(sqlalchemy.text('UPDATE migrate_version SET version = %d' % step))


known = ('--skip-metering-database', '--skip-gnocchi-resource-types')
words = sys.argv[1:]
if set(words) - set(known):
    sys.exit('ceilometer-upgrade: error: unrecognized arguments: ' + ' '.join(words))
if known[0] not in words:
    metering()
if known[1] not in words:
    sys.argv = [sys.argv[0], '--retry', '5']
    from ceilometer.cmd import storage
    storage.upgrade()
