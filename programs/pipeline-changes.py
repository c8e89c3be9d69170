#!/usr/bin/python3
"""Which pipelines the notification agents of a host will have with the target release, where they are not today's.

For a host of Ceilometer. Prints one JSON object: `pipelines`, the hash of what they say then, as
`telemetry-facts` has it of today; `files`, by their path in /etc/ceilometer, the text of those that the target brings
otherwise; `unknown`, publishers and transformers in these that the installed release does not have. A file that people
wrote or changed stays as it is, and so does one that the target's packages do not have.

    pipeline-changes CODE CONFIGURATION    folders into which the target's packages were unpacked
"""

import glob
import hashlib
import json
import os
import subprocess
import sys
from importlib import metadata

import yaml
from oslo_config import cfg

conf = cfg.ConfigOpts()
conf.register_opts([cfg.StrOpt('pipeline_cfg_file', default='pipeline.yaml'),
                    cfg.StrOpt('event_pipeline_cfg_file', default='event_pipeline.yaml')])
conf.register_opts([cfg.MultiStrOpt('pipelines', default=['meter', 'event'])], group='notification')
conf([], project='ceilometer')
CODE, CONFIGURATION = sys.argv[1:]
DATA = 'usr/lib/python3*/dist-packages/ceilometer/pipeline/data/'


def text(path):
    with open(path) as file:
        return file.read()


def first(*patterns):
    found = [path for pattern in patterns for path in sorted(glob.glob(pattern))]
    return text(found[0]) if found else None


def conffile(path):
    """The sum that its package recorded; none where it is no conffile."""
    said = subprocess.run(['dpkg-query', '-W', '-f', '${Conffiles}\n', 'ceilometer-common'], stdout=subprocess.PIPE,
                          check=True).stdout.decode()
    return {line.split()[0]: line.split()[1] for line in said.splitlines() if line.strip()}.get(path)


def both(name):
    """Text of today and of then."""
    path = conf.find_file(name)
    if path is None:
        return first('/' + DATA + name), first(CODE + '/' + DATA + name)
    now = text(path)
    if conffile(path) != hashlib.md5(now.encode()).hexdigest():
        return now, now
    return now, first(CONFIGURATION + path) or now


def sinks(said):
    return (yaml.safe_load(said) or {}).get('sinks') or []


def wanted(said):
    return {one.split('://')[0] for sink in sinks(said) for one in sink.get('publishers') or []} | {
        one['name'] for sink in sinks(said) for one in sink.get('transformers') or []}


def known():
    groups = metadata.distribution('ceilometer').entry_points
    return {one.name for one in groups if one.group.startswith('ceilometer.')
            and one.group.split('.')[-1] in ('publisher', 'transformer')}


files = {'meter': conf.pipeline_cfg_file, 'event': conf.event_pipeline_cfg_file}
texts = {kind: both(files[kind]) for kind in sorted(conf.notification.pipelines) if kind in files}
if any(then is None for _, then in texts.values()):
    sys.exit("the target's packages have no pipeline for this host")
changed = {kind: then for kind, (now, then) in texts.items() if yaml.safe_load(now or '') != yaml.safe_load(then)}
said = {kind: yaml.safe_load(then) or {} for kind, (_, then) in texts.items()}
print(json.dumps({
    'pipelines': hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16],
    'files': {'/etc/ceilometer/' + os.path.basename(files[kind]): then for kind, then in changed.items()},
    'unknown': sorted({name for then in changed.values() for name in wanted(then)} - known()),
}))
