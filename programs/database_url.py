"""Where a service's own configuration says that its database is. The password stays in the process."""

import os
import sys

import sqlalchemy
from oslo_config import cfg


def database_url(config):
    """CONFIG is a file, after a colon the section if it is not [database], then the option if not `connection`."""
    config_file, section, option = (config.split(':') + ['', ''])[:3]
    section, option = section or 'database', option or 'connection'
    conf = cfg.ConfigOpts()
    conf.register_opts([cfg.StrOpt(option, secret=True)], group=section)
    folder = config_file + '.d'
    conf(args=[], default_config_files=[config_file], default_config_dirs=[folder] if os.path.isdir(folder) else [])
    url = getattr(conf[section], option)
    if not url:
        sys.exit('%s: [%s] %s is not set' % (config_file, section, option))
    return sqlalchemy.engine.make_url(url)
