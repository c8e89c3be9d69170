#!/usr/bin/python3
"""Whether the programs of packages load: what each of them imports at its top is there and can be imported.

    code-loads PACKAGE...     one line for each program that does not load; exit 0 when all do

Nothing of a program is started: its imports alone are read from its text, and done in a process of their own, because
two services may register the same option. Some at once: it is seconds of processor time for each of them. No byte
code is written.
"""

import ast
import concurrent.futures
import os
import re
import subprocess
import sys

PROGRAM = re.compile(r'/usr/s?bin/[^/]+$')


def files(package):
    listed = subprocess.run(['dpkg', '-L', package], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return [line for line in listed.stdout.splitlines() if PROGRAM.match(line)]


def imports(path):
    """What a Python program imports outside of any function or condition; None where it is no Python program."""
    with open(path, 'rb') as file:
        text = file.read()
    if not re.match(rb'#!\s*\S*python|#!\s*/usr/bin/env\s+python', text):
        return None
    nodes = [node for node in ast.parse(text).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return '\n'.join(ast.unparse(node) for node in nodes)


def trouble(path):
    """The last line of what Python says, or None."""
    try:
        lines = imports(path)
    except (OSError, SyntaxError, ValueError) as error:
        return str(error)
    if not lines:
        return None
    done = subprocess.run([sys.executable, '-B', '-c', lines], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, errors='replace')
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or ['exit code %d' % done.returncode])[-1]


def main(packages):
    found = sorted({path for package in packages for path in files(package)})
    # No more: each takes some 100 MB for a moment, and a database may live on the same host. A thread only waits.
    with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        broken = [(path, said) for path, said in zip(found, pool.map(trouble, found)) if said is not None]
    for path, said in broken:
        print('%s does not load: %s' % (path, said))
    if broken:
        sys.exit(1)
    print('%d programs load' % len(found))


main(sys.argv[1:])
