#!/usr/bin/python3
"""Gives the notification agents of the installed release the pipelines of the new one (R-CEIL-18).

For a host of Ceilometer, as root. The files that it replaces are kept beside the run's other files until they are back.
Texts come as JSON, by path, in the last word. While they are there, a note beside the runs says so: a run that is ended
in its middle leaves them, and every later plan has to know.

    pipeline-files write FOLDER RUN TARGET TEXTS
                                          keeps what is there in FOLDER, once, and writes the texts
    pipeline-files written TEXTS          exit 0 when the files are as `write` leaves them
    pipeline-files packaged FOLDER TEXTS  removes those that were not there before: the new packages have them as well
    pipeline-files back FOLDER TEXTS      all of them as they were before `write`; does nothing where it never ran
    pipeline-files as-before FOLDER TEXTS exit 0 when they are
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

NOTE = '/var/lib/openstack-upgrade/pipelines-left'
PACKAGE = 'ceilometer-common'


def read(path):
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return file.read()


def kept(folder, path):
    return os.path.join(folder, os.path.basename(path))


def keep(folder, paths):
    """All or none: a second run finds texts of the first one, which are nobody's."""
    if os.path.isdir(folder):
        return
    part = folder + '.part'
    shutil.rmtree(part, ignore_errors=True)
    os.makedirs(part, 0o700)
    for path in paths:
        if os.path.exists(path):
            copy(path, kept(part, path))
    os.rename(part, folder)


def copy(path, to):
    shutil.copy2(path, to)
    owner = os.stat(path)
    os.chown(to, owner.st_uid, owner.st_gid)


def note(run, target, texts):
    """Before the files: a note of files that are not there says nothing."""
    installed = subprocess.run(['dpkg-query', '-W', '-f', '${Version}', PACKAGE], stdout=subprocess.PIPE,
                               check=True).stdout.decode()
    lines = ['run ' + run, 'service ceilometer', 'package ' + PACKAGE, 'installed ' + installed, 'target ' + target]
    sums = ['%s  %s' % (hashlib.sha256(text.encode()).hexdigest(), path) for path, text in texts.items()]
    os.makedirs(os.path.dirname(NOTE), exist_ok=True)
    with open(NOTE + '.part', 'w') as file:
        file.write('\n'.join(lines + sums) + '\n')
    os.rename(NOTE + '.part', NOTE)


def forget():
    if os.path.exists(NOTE):
        os.remove(NOTE)


def write(folder, run, target, texts):
    keep(folder, texts)
    note(run, target, texts)
    for path, text in texts.items():
        with open(path + '.part', 'w') as file:
            file.write(text)
        if os.path.exists(path):
            shutil.copystat(path, path + '.part')
            owner = os.stat(path)
            os.chown(path + '.part', owner.st_uid, owner.st_gid)
        else:
            shutil.chown(path + '.part', 'root', 'ceilometer')
            os.chmod(path + '.part', 0o640)
        os.rename(path + '.part', path)
    print('%d files of the new release' % len(texts))


def written(texts):
    for path, text in texts.items():
        if read(path) != text:
            sys.exit('%s is not that of the new release' % path)


def packaged(folder, texts):
    for path in texts:
        if os.path.isdir(folder) and not os.path.exists(kept(folder, path)) and os.path.exists(path):
            os.remove(path)
            print('%s was not there before: the agents have that of their package' % path)
    forget()


def back(folder, texts):
    if not os.path.isdir(folder):
        return print('no pipeline was replaced here')
    for path in texts:
        if os.path.exists(kept(folder, path)):
            copy(kept(folder, path), path + '.part')
            os.rename(path + '.part', path)
        elif os.path.exists(path):
            os.remove(path)
    forget()
    print('the pipelines are as before')


def as_before(folder, texts):
    for path in texts if os.path.isdir(folder) else {}:
        if read(path) != read(kept(folder, path)):
            sys.exit('%s is not as before' % path)


VERBS = {'write': write, 'written': written, 'packaged': packaged, 'back': back, 'as-before': as_before}
VERBS[sys.argv[1]](*sys.argv[2:-1], json.loads(sys.argv[-1]))
