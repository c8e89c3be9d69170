"""Where a service's own configuration says that its database is. The password stays in the process."""

import os
import sys

import sqlalchemy
from oslo_config import cfg


def database_url(config):
    """CONFIG is a file, and after a colon the section of `connection` where it is not [database]."""
    config_file, _, section = config.partition(':')
    section = section or 'database'
    conf = cfg.ConfigOpts()
    conf.register_opts([cfg.StrOpt('connection', secret=True)], group=section)
    folder = config_file + '.d'
    conf(args=[], default_config_files=[config_file], default_config_dirs=[folder] if os.path.isdir(folder) else [])
    if not conf[section].connection:
        sys.exit('%s: [%s] connection is not set' % (config_file, section))
    return sqlalchemy.engine.make_url(conf[section].connection)
