#!/usr/bin/python3
"""Can oslo.messaging use a service's transport_url? For a controller, run as the service's user.

The URL stays in this process: only one word is printed.

    transport-verdict CONFIG     fine | unset | unparsable | slashInPassword | interpolated

It ends with 3 where the URL takes in another option of the file: only the service knows whether it has such an option.
"""

import os
import re
import sys

from oslo_config import cfg
from transport_url import UnusableUrl, usable_url


def verdict(conf):
    try:
        hosts = usable_url(conf).hosts
    except UnusableUrl as problem:
        if problem.kind == 'interpolated' and takes_in_option(sys.argv[1]):
            sys.exit(3)
        return problem.kind
    if conf.get_location('transport_url').location == cfg.Locations.opt_default:
        return 'unset'
    return 'fine' if hosts else 'unparsable'


def takes_in_option(path):
    lines = open(path, encoding='utf-8', errors='replace').read().split('\n')
    options = [re.match(r'(\w+)\s*[=:]\s*(.*)', line) for line in lines]
    urls = [one[2] for one in options if one and one[1] == 'transport_url']
    wanted = [name for url in urls for name in re.findall(r'(?<!\$)\$\{?(\w+)', url)]
    return any(one and one[1] in wanted for one in options)


conf = cfg.ConfigOpts()
folder = sys.argv[1] + '.d'
conf(args=[], default_config_files=[sys.argv[1]], default_config_dirs=[folder] if os.path.isdir(folder) else [])
print(verdict(conf))
