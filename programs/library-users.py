#!/usr/bin/python3
"""Which processes of a host use packages that an upgrade replaces. For a controller, run as root; reads only.

A library is replaced on disk, and a process keeps what it has loaded until it is restarted; what it imports later comes
from the new one (traps 46 and 52). A mapped file says what a process has loaded (/proc/PID/maps). Python reads its
modules and closes them, so the packages that the owner of its script, its unit or its WSGI script depends on count as
well; a script that no package owns is read for its imports.

    library-users survey SIMULATED          output of `apt-get -s install`; prints one JSON list, an entry for each unit
    library-users old UNIT[,UNIT] PACKAGE.. prints who of these units runs with replaced files of these packages, and
                                            fails if somebody does. `-UNIT,UNIT`: who of all other services; `-`: of all

The program uses the standard library only.
"""

import ast
import glob
import json
import os
import re
import subprocess
import sys
import time

DIST = '/usr/lib/python3/dist-packages'
INTERPRETER = re.compile(r'/(python3(\.\d+)?|libpython3[^/]*\.so[^/]*|mod_wsgi[^/]*\.so[^/]*)$')


def said(*words):
    return subprocess.run(words, capture_output=True, text=True, errors='replace').stdout


def text(path):
    try:
        return open(path, encoding='utf-8', errors='replace').read()
    except OSError:
        return ''


def link(path):
    try:
        return os.readlink(path)
    except OSError:
        return ''


def stem(path):
    """Where a file of a merged /usr really is, without its version: `libpq.so.5.14` is replaced by libpq.so.5.16."""
    folder = os.path.realpath(os.path.dirname(path))
    return re.sub(r'(\.so)[.\d]*$', r'\1', os.path.join(folder, os.path.basename(path)))


class Packages:
    """What dpkg knows: the files of the packages that are replaced, and who depends on whom."""

    def __init__(self, names):
        self.names = names
        self.files = {}
        self.python = set()
        for name in names:
            for path in '\n'.join(map(text, lists(name))).split('\n'):
                if path.startswith(DIST + '/'):
                    self.python.add(name)
                if '.so' in path or '/bin/' in path or '/sbin/' in path:
                    self.files[stem(path)] = name
        self.needs = {}
        provided = {}
        form = '${db:Status-Status}\t${Package}\t${Provides}\t${Pre-Depends}, ${Depends}\n'
        for row in said('dpkg-query', '-W', '-f', form).split('\n'):
            state, _, rest = row.partition('\t')
            if state != 'installed':
                continue
            name, provides, depends = rest.split('\t')
            self.needs.setdefault(name, set()).update(words(depends))
            for one in words(provides):
                provided.setdefault(one, set()).add(name)
        for name, needs in self.needs.items():
            self.needs[name] = needs | {one for need in needs for one in provided.get(need, ())}

    def required(self, roots):
        """Replaced Python packages that these packages bring along."""
        seen, new = set(), set(roots)
        while new:
            seen |= new
            new = {one for name in new for one in self.needs.get(name, ())} - seen
        return seen & self.python


def words(field):
    """Names of a dependency field, all alternatives: `python3-x (>= 1), a | b:any`."""
    return {re.split(r'[ (:]', part.strip())[0] for part in re.split(r'[,|]', field) if part.strip()}


def lists(name):
    """Files in which dpkg keeps the paths of a package; their time is when they came onto the disk."""
    stems = (glob.escape(name) + end for end in ('.list', ':*.list'))
    return [path for one in stems for path in glob.glob('/var/lib/dpkg/info/' + one)]


def spellings(path):
    """A file by every path that its package may know it by: /usr is merged."""
    plain = re.sub(r'^/usr(?=/(bin|sbin|lib))', '', path)
    return {path, os.path.realpath(path), plain, '/usr' + plain}


OWNERS = {}


def ask_owners(paths):
    """One question for many files: dpkg reads all of its lists for each."""
    new = {one for path in paths for one in spellings(path)} - set(OWNERS)
    OWNERS.update((path, set()) for path in new)
    found = said('dpkg-query', '-S', *sorted(new)) if new else ''
    for row, path in re.findall(r'^(?!diversion by)([^/\n]+): (/.*)$', found, re.M):
        OWNERS.setdefault(path, set()).update(one.strip().split(':')[0] for one in row.split(','))


def owners(paths):
    ask_owners(paths)
    return {one for path in paths for spelling in spellings(path) for one in OWNERS[spelling]}


class Process:
    def __init__(self, pid):
        self.pid = pid
        self.comm = text('/proc/%d/comm' % pid).strip()
        self.exe = link('/proc/%d/exe' % pid)
        self.unit = unit_of(pid)
        self.name = self.unit or 'process %d' % pid
        self.arguments = [one for one in text('/proc/%d/cmdline' % pid).split('\0') if one]
        self.mapped, self.gone = set(), set()
        for row in text('/proc/%d/maps' % pid).split('\n'):
            path = row[row.find('/'):] if '/' in row else ''
            if path.endswith(' (deleted)'):
                path = path[:-len(' (deleted)')]
                if re.match(r'/(usr|lib|lib64|bin|sbin|opt)/', path):
                    self.gone.add(path)
            if path:
                self.mapped.add(path)

    def of_this_host(self):
        """A container brings files of its own; a unit with a private /tmp has those of the host."""
        try:
            own, host = os.stat('/proc/%d/root/usr' % self.pid), os.stat('/usr')
        except OSError:
            return False
        return (own.st_dev, own.st_ino) == (host.st_dev, host.st_ino)

    def runs_python(self):
        """Python that finds modules where packages put them."""
        if not any(path.startswith('/usr/') and INTERPRETER.search(path) for path in self.mapped | {self.exe}):
            return False
        program = os.path.join(link('/proc/%d/cwd' % self.pid), self.arguments[0]) if self.arguments else ''
        settings = text(os.path.join(os.path.dirname(os.path.dirname(program)), 'pyvenv.cfg'))
        return not settings or re.search(r'include-system-site-packages\s*=\s*true', settings, re.I) is not None

    def paths(self):
        """Files that its command names."""
        named = [re.sub(r'^--?[\w-]+=', '', one) for one in self.arguments]
        folder = link('/proc/%d/cwd' % self.pid)
        return [path for path in (os.path.join(folder, one) for one in named) if os.path.isfile(path)]

    def module(self):
        at = self.arguments.index('-m') if '-m' in self.arguments else len(self.arguments)
        return self.arguments[at + 1:at + 2]

    def started(self):
        """Seconds since 1970. The time of the folder /proc/PID is when somebody first asked for it, not this."""
        ticks = text('/proc/%d/stat' % self.pid).rpartition(')')[2].split()
        if len(ticks) < 20:
            return None
        up = time.clock_gettime(time.CLOCK_BOOTTIME) - int(ticks[19]) / os.sysconf('SC_CLK_TCK')
        return time.time() - up


def unit_of(pid):
    """As systemd reads it: below the group of process 1, the first part that is no slice."""
    found = {}
    for who in (1, pid):
        rows = [row.split(':', 2) for row in text('/proc/%d/cgroup' % who).split('\n') if row.count(':') > 1]
        groups = {name or number: path for number, name, path in rows if name in ('', 'name=systemd')}
        found[who] = groups.get('name=systemd') or groups.get('0') or '/'
    root = re.sub(r'/(init\.scope)?$', '', found[1])
    path = found[pid]
    parts = (path[len(root):] if path.startswith(root) else path).strip('/').split('/')
    first = next((part for part in parts if not part.endswith('.slice')), '')
    return first.lstrip('_') if re.search(r'\.(service|scope)$', first) else None


def processes():
    found = [Process(int(name)) for name in os.listdir('/proc') if name.isdigit()]
    return [one for one in found if one.exe and one.pid != os.getpid() and one.of_this_host()]


def fragments(units):
    """The files that a unit comes from; of a script in init.d, that script."""
    shown = said('systemctl', 'show', '-p', 'Id,FragmentPath,SourcePath', '--', *units) if units else ''
    files = {}
    for block in shown.split('\n\n'):
        rows = dict(row.split('=', 1) for row in block.split('\n') if '=' in row)
        files[rows.get('Id', '')] = [rows[key] for key in ('FragmentPath', 'SourcePath') if rows.get(key)]
    return files


def wsgi_scripts():
    """What Apache runs in Python, whichever of its processes does."""
    sites = glob.glob('/etc/apache2/*-enabled/*')
    rows = (re.findall(r'^\s*WSGI(?:ScriptAlias\s+\S+|ImportScript)\s+"?([^"\s]+)', text(one), re.M) for one in sites)
    return [path for found in rows for path in found if os.path.isfile(path)]


def imported(scripts, modules):
    """Folders and files in which Python would find what these scripts import, modules beside them included."""
    seen, left, names = set(), list(scripts), set(modules)
    while left and len(seen) < 200:
        path = left.pop()
        if path in seen:
            continue
        seen.add(path)
        try:
            tree = ast.parse(text(path))
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                new = {one.name.split('.')[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                new = {node.module.split('.')[0]}
            else:
                continue
            names |= new
            beside = (os.path.join(os.path.dirname(path), one + '.py') for one in new)
            left += [one for one in beside if os.path.isfile(one)]
    places = [os.path.join(DIST, name + end) for name in names for end in ('', '.py')]
    return {place for place in places if os.path.exists(place)}


def is_python(path):
    return path.endswith('.py') or re.match(r'#!.*python', text(path)[:200]) is not None


def commands(every, files):
    """What is asked about all processes at once."""
    found = wsgi_scripts() + [path for paths in files.values() for path in paths]
    return found + [path for one in every if one.runs_python() for path in one.paths()]


def used(process, packages, files):
    """Replaced packages that a process uses, and how that is known."""
    mapped = {packages.files[one] for one in map(stem, process.mapped) if one in packages.files}
    if not process.runs_python():
        return mapped, 'mapped'
    scripts = wsgi_scripts() if process.comm == 'apache2' else []
    paths = process.paths()
    roots = owners(paths + scripts + files.get(process.unit, []))
    own = [path for path in paths + scripts if is_python(path) and not owners([path])]
    found = imported(own, process.module())
    roots |= owners(found)
    if not own and not process.module() and not owners([one for one in paths if is_python(one)]):
        known = bool(owners(files.get(process.unit, [])) or scripts)
        if not known:
            return mapped | packages.python, 'unknown'
    return mapped | packages.required(roots), 'required'


def listening():
    """Addresses by process, as `ss` prints them: `0.0.0.0:8041`."""
    found = {}
    for row in said('ss', '-Hltnp').split('\n'):
        columns = row.split()
        for pid in re.findall(r'pid=(\d+)', row):
            found.setdefault(int(pid), set()).add(re.sub(r'%[^\]:]*', '', columns[3]))
    return found


def replaced(path):
    """Installed packages that another version replaces, as apt simulated it."""
    return sorted(set(re.findall(r'^Inst (\S+) \[', text(path), re.M)))


def survey(simulated):
    packages = Packages(replaced(simulated))
    every = processes()
    files = fragments(sorted({one.unit for one in every if one.unit and one.unit.endswith('.service')}))
    ask_owners(commands(every, files))
    sockets, units = listening(), {}
    for process in every:
        uses, seen = used(process, packages, files)
        if not uses and not process.gone:
            continue
        entry = units.setdefault(process.name, {
            'unit': process.unit, 'commands': set(), 'processes': 0, 'uses': set(), 'seen': set(), 'listens': set(),
            'replaced': set()})
        entry['commands'].add(process.comm)
        entry['processes'] += 1
        entry['uses'] |= uses
        entry['seen'] |= {seen} if uses else set()
        entry['listens'] |= sockets.get(process.pid, set())
        entry['replaced'] |= process.gone
    for entry in units.values():
        entry['owners'] = owners(files.get(entry['unit'], []))
    print(json.dumps([{key: plain(one) for key, one in units[name].items()} for name in sorted(units)]))


def plain(value):
    return sorted(value) if isinstance(value, set) else value


def is_service(process):
    """What people run in a session ends with it; a service of the host does not."""
    return (process.unit or '').endswith('.service') and not process.unit.startswith('user@')


def old(whose, names):
    packages = Packages(names)
    at = {name: max((os.stat(path).st_mtime for path in lists(name)), default=0) for name in names}
    named = set(whose.lstrip('-').split(','))
    others = whose.startswith('-')
    every = [one for one in processes() if (others and is_service(one)) or not others]
    every = [one for one in every if (one.name in named) != others]
    files = fragments(sorted({one.unit for one in every if one.unit and one.unit.endswith('.service')}))
    ask_owners(commands(every, files))
    found = {}
    for process in every:
        started = process.started()
        if started is None:
            continue
        uses, _ = used(process, packages, files)
        late = {name for name in uses if started < at[name]}
        late |= {packages.files[one] for one in map(stem, process.gone) if one in packages.files}
        if late:
            found.setdefault(process.name, set()).update(late)
    for unit, late in sorted(found.items()):
        print('%s runs with replaced files of %s' % (unit, shortened(sorted(late))))
    sys.exit(1 if found else 0)


def shortened(names):
    return ', '.join(names[:3]) + (' and %d more' % (len(names) - 3) if len(names) > 3 else '')


if sys.argv[1] == 'survey':
    survey(sys.argv[2])
else:
    old(sys.argv[2], sys.argv[3:])
