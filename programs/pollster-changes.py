#!/usr/bin/python3
"""Which pollsters in use here the target release no longer has, and which of its new ones a wildcard would enable.

For a host of Ceilometer. Prints one JSON object: `removed` and `added`. In use is what the polling file enables; a
pollster that people defined themselves (pollsters.d) belongs to no release.

    pollster-changes TARGET      the folder into which the package of the target's code was unpacked
"""

import configparser
import glob
import json
import os
import sys
from importlib import metadata

import yaml
from oslo_config import cfg
from polling_meters import used

conf = cfg.ConfigOpts()
conf.register_opts([cfg.StrOpt('cfg_file', default='polling.yaml')], group='polling')
conf.register_opts([cfg.MultiStrOpt('pollsters_definitions_dirs', default=['/etc/ceilometer/pollsters.d'])])
conf([], project='ceilometer')


def pollsters(text):
    """Entry points of every namespace, their names as they stand."""
    parser = configparser.ConfigParser(delimiters=('=',), interpolation=None)
    parser.optionxform = str
    parser.read_string(text)
    return {name for one in parser.sections() if one.startswith('ceilometer.poll.') for name in parser[one]}


def of_target(folder):
    found = glob.glob(os.path.join(folder, 'usr/lib/python3*/dist-packages/ceilometer-*info/entry_points.txt'))
    if len(found) != 1:
        sys.exit('the package of the target has %d lists of pollsters' % len(found))
    return pollsters(open(found[0]).read())


def document(path):
    with open(path) as file:
        return yaml.safe_load(file)


def enabled():
    path = conf.find_file(conf.polling.cfg_file)
    if path is None:
        sys.exit('there is no %s' % conf.polling.cfg_file)
    return [source.get('meters') or [] for source in document(path).get('sources') or []]


def own():
    files = [path for folder in conf.pollsters_definitions_dirs for path in glob.glob(os.path.join(folder, '*.yaml'))]
    return {one['name'] for path in files for one in document(path) or []}


installed, target = pollsters(metadata.distribution('ceilometer').read_text('entry_points.txt')), of_target(sys.argv[1])
in_use = {name for name in (installed | target) - own() if any(used(name, meters) for meters in enabled())}
print(json.dumps({'removed': sorted(in_use & (installed - target)), 'added': sorted(in_use & (target - installed))}))
