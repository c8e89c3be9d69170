#!/usr/bin/python3
"""Which installed Python packages the libraries of an upgrade would break (P17). For a controller.

Debian drops upper bounds from its dependencies, so apt does not tell; the packages' own metadata does. A requirement
counts only when it is met now and would not be afterwards: metadata that is wrong already is not this upgrade's fault.

    requirements SIMULATED     output of `apt-get -s install`; prints one JSON list
"""

import json
import re
import subprocess
import sys
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name as canonical
from packaging.version import InvalidVersion, Version


def upstream(version):
    text = re.sub(r'^\d+:', '', version)
    text = re.sub(r'-[^-]*$', '', text)
    return Version(re.split(r'\+', text)[0].replace('~', ''))


def replaced(path):
    packages, libraries = set(), {}
    for line in open(path, encoding='utf-8', errors='replace'):
        match = re.match(r'Inst (\S+) (?:\[\S+\] )?\((\S+) ', line)
        if not match:
            continue
        packages.add(match[1])
        if match[1].startswith('python3-'):
            try:
                libraries[canonical(match[1][len('python3-'):])] = upstream(match[2])
            except InvalidVersion:
                pass
    return packages, libraries


def owner(distribution):
    found = subprocess.run(['dpkg-query', '-S', str(distribution._path)], capture_output=True, text=True)
    return found.stdout.split(':')[0] if found.returncode == 0 else None


def broken(distribution, libraries):
    for text in distribution.requires or []:
        try:
            need = Requirement(text)
        except InvalidRequirement:
            continue
        name = canonical(need.name)
        if name not in libraries or (need.marker and not need.marker.evaluate({'extra': ''})):
            continue
        try:
            now = Version(metadata.version(need.name))
        except (metadata.PackageNotFoundError, InvalidVersion):
            continue
        met = [need.specifier.contains(one, prereleases=True) for one in (now, libraries[name])]
        if met == [True, False]:
            yield need.name + str(need.specifier), str(libraries[name])


packages, libraries = replaced(sys.argv[1])
answer = []
for distribution in metadata.distributions():
    name = distribution.metadata['Name']
    found = list(broken(distribution, libraries)) if name else []
    package = owner(distribution) if found else None
    if package not in packages:
        answer += [{'package': package, 'distribution': name, 'needs': needs, 'gets': gets} for needs, gets in found]
print(json.dumps(sorted(answer, key=lambda one: (one['distribution'], one['needs']))))
