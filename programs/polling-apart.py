#!/usr/bin/python3
"""Has the polling agents of a host poll new pollsters alone, in a partitioning group of their own (R-CEIL-20).

Agents of one group share the resources of every pollster. Beside agents of the release before, which do not know the
new ones, a part of the resources would be polled by nobody. As root; no file that people wrote is changed.

    polling-apart write METER...     a polling file with these meters, as far as polling.yaml enables them, and a file
                                     beside the configuration that has the agents read it
    polling-apart written METER...   exit 0 when both are as `write` leaves them
    polling-apart away               removes both
    polling-apart in-force UNIT      exit 0 when this agent reads them: what stands on its command line wins
"""

import os
import re
import shutil
import subprocess
import sys

import yaml
from oslo_config import cfg
from polling_meters import used

POLLING = '/etc/ceilometer/openstack-upgrade-polling.yaml'
FOLDER = '/etc/ceilometer/ceilometer-polling.conf.d'
BESIDE = FOLDER + '/zz-openstack-upgrade.conf'
GROUP = 'openstack-upgrade'
HEAD = '# Of a running upgrade: removed once no agent of the release before is left.\n'


def configuration(words, **program):
    conf = cfg.ConfigOpts()
    conf.register_opts([cfg.StrOpt('cfg_file', default='polling.yaml'), cfg.StrOpt('partitioning_group_prefix')],
                       group='polling')
    conf(words, project='ceilometer', **program)
    return conf


def polling(meters):
    # Not as the agents read it: what this program has written must not be read again.
    conf = configuration([])
    path = conf.find_file(conf.polling.cfg_file)
    if path is None:
        sys.exit('there is no %s' % conf.polling.cfg_file)
    with open(path) as file:
        sources = yaml.safe_load(file).get('sources') or []
    own = [{**one, 'meters': [name for name in meters if used(name, one.get('meters') or [])]} for one in sources]
    return HEAD + yaml.safe_dump({'sources': [one for one in own if one['meters']]}, sort_keys=False)


def files(meters):
    return {POLLING: polling(meters),
            BESIDE: HEAD + '[polling]\npartitioning_group_prefix = %s\ncfg_file = %s\n' % (GROUP, POLLING)}


def read(path):
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return file.read()


def write(*meters):
    os.makedirs(FOLDER, exist_ok=True)
    give(FOLDER, 0o750)
    for path, text in files(meters).items():
        with open(path + '.part', 'w') as file:
            file.write(text)
        give(path + '.part', 0o640)
        os.rename(path + '.part', path)
    print('%d meters apart' % len(meters))


def give(path, mode):
    shutil.chown(path, 'root', 'ceilometer')
    os.chmod(path, mode)


def written(*meters):
    for path, text in files(meters).items():
        if read(path) != text:
            sys.exit('%s is not as this run writes it' % path)


def away():
    for path in (BESIDE, POLLING):
        if os.path.exists(path):
            os.remove(path)
    # People may have had files there before.
    if os.path.isdir(FOLDER) and not os.listdir(FOLDER):
        os.rmdir(FOLDER)
    print('the polling agents that start now poll everything, in one group')


def in_force(unit):
    pid = subprocess.run(['systemctl', 'show', '-p', 'MainPID', '--value', unit], stdout=subprocess.PIPE, check=True,
                         text=True).stdout.strip()
    line = (read('/proc/%s/cmdline' % pid) or '').replace('\0', ' ')
    words = ['--config-%s=%s' % found for found in re.findall(r'--config-(file|dir)[= ]([^\s\]]+)', line)]
    said = configuration(words, prog='ceilometer-polling').polling
    if (said.partitioning_group_prefix, said.cfg_file) != (GROUP, POLLING):
        print('%s reads group %s and %s' % (unit, said.partitioning_group_prefix, said.cfg_file))
        sys.exit(1)
    print('%s polls new pollsters alone, in a group of its own' % unit)


VERBS = {'write': write, 'written': written, 'away': away, 'in-force': in_force}
VERBS[sys.argv[1]](*sys.argv[2:])
