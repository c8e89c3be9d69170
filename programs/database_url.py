"""Where a service's own configuration says that its database is. The password stays in the process."""

import os
import sys

import sqlalchemy
from oslo_config import cfg


def database_url(config_file):
    conf = cfg.ConfigOpts()
    conf.register_opts([cfg.StrOpt('connection', secret=True)], group='database')
    folder = config_file + '.d'
    conf(args=[], default_config_files=[config_file], default_config_dirs=[folder] if os.path.isdir(folder) else [])
    if not conf.database.connection:
        sys.exit('%s: [database] connection is not set' % config_file)
    return sqlalchemy.engine.make_url(conf.database.connection)
