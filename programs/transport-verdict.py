#!/usr/bin/python3
"""Can oslo.messaging use a service's transport_url? For a controller, run as the service's user.

The URL stays in this process: only one word is printed.

    transport-verdict CONFIG     fine | unset | unparsable | slashInPassword | interpolated
"""

import os
import sys

from oslo_config import cfg
from transport_url import UnusableUrl, usable_url


def verdict(conf):
    try:
        hosts = usable_url(conf).hosts
    except UnusableUrl as problem:
        return problem.kind
    if conf.get_location('transport_url').location == cfg.Locations.opt_default:
        return 'unset'
    return 'fine' if hosts else 'unparsable'


conf = cfg.ConfigOpts()
folder = sys.argv[1] + '.d'
conf(args=[], default_config_files=[sys.argv[1]], default_config_dirs=[folder] if os.path.isdir(folder) else [])
print(verdict(conf))
