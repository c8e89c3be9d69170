#!/usr/bin/python3
"""Which options of a running configuration file the target release no longer knows.

Main files such as heat.conf are not conffiles: dpkg neither asks nor leaves a `.dpkg-dist` (fact 10), so nothing else
tells. An option counts as removed when the installed release's template names it and the target's does not. Values are
never printed: they may be secrets.

    option-review RUNNING INSTALLED-TEMPLATE TARGET-TEMPLATE     one JSON object
"""

import json
import re
import sys


def options(path, commented):
    found, section = set(), 'DEFAULT'
    for line in open(path, encoding='utf-8', errors='replace'):
        header = re.match(r'\[([^\]]+)\]', line)
        if header:
            section = header[1]
        option = re.match(r'#?([A-Za-z][\w.-]*)\s*=' if commented else r'([A-Za-z][\w.-]*)\s*=', line)
        if option:
            found.add((section, option[1]))
    return found


running, installed, target = sys.argv[1:4]
old, new = options(installed, True), options(target, True)
used = options(running, False)
print(json.dumps({
    'removed': sorted('[%s] %s' % one for one in used & (old - new)),
    'added': sorted('[%s] %s' % one for one in new - old),
    'gone': sorted('[%s] %s' % one for one in old - new),
}))
