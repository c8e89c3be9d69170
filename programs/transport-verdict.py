#!/usr/bin/python3
"""Can oslo.messaging read a service's transport_url? For a controller, run as the service's user.

The URL stays in this process: only one word is printed.

    transport-verdict CONFIG     fine | unset | unparsable | slashInPassword
"""

import os
import sys
from urllib.parse import unquote, urlsplit

from oslo_config import cfg


def verdict(url):
    if not url:
        return 'unset'
    parts = urlsplit(url)
    # kombu decodes the password before it splits the URL, so %2F is no way out (fact 16)
    if '@' in parts.path or any('/' in unquote(one.rpartition('@')[0]) for one in parts.netloc.split(',')):
        return 'slashInPassword'
    return 'fine' if parts.scheme and parts.netloc else 'unparsable'


conf = cfg.ConfigOpts()
conf.register_opts([cfg.StrOpt('transport_url', secret=True)])
folder = sys.argv[1] + '.d'
conf(args=[], default_config_files=[sys.argv[1]], default_config_dirs=[folder] if os.path.isdir(folder) else [])
print(verdict(conf.transport_url))
