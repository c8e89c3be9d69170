#!/usr/bin/python3
"""Exit 0 when the installed code has every factory that a paste file names (trap 12).

Services may name a factory of their own beside paste's (`heat.filter_factory = ...`) and set paste's at run time;
then only their own can be looked up in the code at rest. A filter that no pipeline names is never loaded.

    paste-factories FILE     names each factory that is missing
"""

import configparser
import importlib
import re
import sys

FACTORY = r'\w+\.(app|filter|composite)_factory'

paste = configparser.RawConfigParser(strict=False)
paste.read(sys.argv[1])
words = ' '.join(value for section in paste.sections() for _, value in paste.items(section)).split()
missing = []
for section in paste.sections():
    kind, _, name = section.partition(':')
    if name not in words and kind == 'filter':
        continue
    named = {key: value for key, value in paste.items(section) if re.fullmatch(FACTORY, key)}
    own = {key: value for key, value in named.items() if not key.startswith('paste.')}
    for value in (own or named).values():
        module, _, attribute = value.partition(':')
        try:
            target = importlib.import_module(module)
            for part in attribute.split('.'):
                target = getattr(target, part)
        except (ImportError, AttributeError) as problem:
            missing.append('[%s] %s (%s)' % (section, value, problem))
print('; '.join(missing) or 'all factories of %s can be imported' % sys.argv[1])
sys.exit(1 if missing else 0)
