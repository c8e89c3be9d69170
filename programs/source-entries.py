#!/usr/bin/python3
"""Switches entries of apt off, and leaves every other entry of the same file on. For a host, run as root.

An entry is one repository: a URI with a suite. A line of a .list file is one entry, a stanza of a .sources file has one
for each pair of its URIs and Suites. Comments are no entries. The program uses the standard library only.

    source-entries FOLDER PREVIOUS TARGET CHANGED    FOLDER: /etc/apt. PREVIOUS, TARGET: deb822 texts. Entries of
                                                     PREVIOUS that TARGET does not name are switched off; CHANGED lists
                                                     the files, each one before it is written

The distribution's own entries stay on: a source that has base-files belongs to the distribution, whoever mirrors it.
"""

import glob
import os
import re
import shutil
import subprocess
import sys

LINE = re.compile(r'\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)')
OFF = '# switched off by openstack-upgrade: '


def pair(uri, suite):
    """As apt compares them: a slash at the end means nothing, and of a flat repository `/` is `./`."""
    return uri.rstrip('/'), './' if suite in ('/', './', '.') else suite


def fields(stanza):
    """Fields of a deb822 stanza by their lower-case names; a line that begins with a blank continues the field."""
    found, name = {}, None
    for line in stanza:
        if line.startswith('#'):
            continue
        if line[:1] in ' \t' and name:
            found[name] += ' ' + line.strip()
        elif ':' in line:
            name, _, value = line.partition(':')
            name = name.strip().lower()
            found[name] = value.strip()
    return found


def stanzas(text):
    """Lines of each stanza; empty lines are between them, and a stanza of nothing but comments is none."""
    return [part.split('\n') for part in re.split(r'\n[ \t]*\n', text)]


def pairs(stanza):
    found = fields(stanza)
    on = found.get('enabled', 'yes').lower() not in ('no', 'false', 'without', 'off', 'disable', '0')
    if not on:
        return []
    return [pair(uri, suite) for uri in found.get('uris', '').split() for suite in found.get('suites', '').split()]


def of_distribution():
    """`500 http://deb.debian.org/debian bookworm/main amd64 Packages`; a flat one has no component: `./`."""
    said = subprocess.run(['apt-cache', 'policy', 'base-files'], check=True, capture_output=True, text=True).stdout
    rows = re.findall(r'^\s+-?\d+ (\S+:\S+) (\S+)', said, re.M)
    return {pair(uri, suite if suite.endswith('/') else suite.rpartition('/')[0]) for uri, suite in rows}


def without(stanza, gone):
    """The lines of a stanza that has these entries no more."""
    left = [one for one in pairs(stanza) if one not in gone]
    if not left:
        rest = [line for line in stanza if not line.lower().startswith('enabled:')]
        first = next(number for number, line in enumerate(rest) if line and line[0] not in '# \t')
        return rest[:first] + ['Enabled: no'] + rest[first:]
    by_uri = {}
    for uri, suite in left:
        by_uri.setdefault(uri, []).append(suite)
    copies = []
    for uri, suites in by_uri.items():
        copies += ([''] if copies else []) + narrowed(stanza, uri, suites)
    return [OFF + '%s %s' % one for one in pairs(stanza) if one in gone] + copies


def narrowed(stanza, uri, suites):
    lines, inside = [], False
    for line in stanza:
        name = line.partition(':')[0].strip().lower()
        if line[:1] in ' \t' and inside:
            continue
        inside = name in ('uris', 'suites') and line[:1] not in '# \t'
        lines.append({'uris': 'URIs: ' + uri, 'suites': 'Suites: ' + ' '.join(suites)}[name] if inside else line)
    return lines


def edited(path, text, gone):
    """The text without these entries, and what was switched off."""
    if path.endswith('.sources'):
        found = [(stanza, [one for one in pairs(stanza) if one in gone]) for stanza in stanzas(text)]
        done = ['\n'.join(without(stanza, gone) if off else stanza) for stanza, off in found]
        return '\n\n'.join(done), ['%s %s' % one for _, off in found for one in off]
    lines, off = text.split('\n'), []
    for number, line in enumerate(lines):
        match = LINE.match(line)
        if match and pair(*match.groups()) in gone:
            off.append(line.strip())
            lines[number] = OFF + line
    return '\n'.join(lines), off


def write(path, text):
    part = path + '.part'
    with open(part, 'w', encoding='utf-8', errors='surrogateescape') as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    status = os.stat(path)
    os.chown(part, status.st_uid, status.st_gid)
    shutil.copymode(path, part)
    os.rename(part, path)


def main(folder, previous, target, changed):
    wanted = {one for stanza in stanzas(target) for one in pairs(stanza)}
    gone = {one for stanza in stanzas(previous) for one in pairs(stanza)} - wanted - of_distribution()
    parts = [sorted(glob.glob(os.path.join(folder, 'sources.list.d', kind))) for kind in ('*.list', '*.sources')]
    for path in [os.path.join(folder, 'sources.list'), *sum(parts, [])]:
        if not os.path.isfile(path):
            continue
        text = open(path, encoding='utf-8', errors='surrogateescape').read()
        done, off = edited(path, text, gone)
        if not off:
            continue
        with open(changed, 'a', encoding='utf-8') as out:
            out.write(path + '\n')
        write(path, done)
        for entry in off:
            print('switched off in %s: %s' % (path, entry))


main(*sys.argv[1:])
