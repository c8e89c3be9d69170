#!/usr/bin/python3
"""Where Ceilometer hands on what it measures, and whether its agents share their work.

For a host of Ceilometer, run as its user. Reads its configuration without importing its code. Prints one JSON object:
`publishers` of the pipelines in use, without what stands behind `://` (it may hold a password), `coordinated`,
`pipelines`, a hash of all that the pipelines say, and `ownPolling`: people chose a polling file or a group for it.
"""

import hashlib
import importlib.util
import json
import os
import sys

import yaml
from oslo_config import cfg

conf = cfg.ConfigOpts()
conf.register_opts([cfg.StrOpt('pipeline_cfg_file', default='pipeline.yaml'),
                    cfg.StrOpt('event_pipeline_cfg_file', default='event_pipeline.yaml')])
conf.register_opts([cfg.MultiStrOpt('pipelines', default=['meter', 'event'])], group='notification')
conf.register_opts([cfg.StrOpt('backend_url', secret=True)], group='coordination')
conf.register_opts([cfg.StrOpt('cfg_file', default='polling.yaml'),
                    cfg.StrOpt('partitioning_group_prefix', deprecated_group='central')], group='polling')
conf([], project='ceilometer')


def packaged(name):
    """Debian has it in /etc only where somebody put it there."""
    code = importlib.util.find_spec('ceilometer')
    if code is None:
        sys.exit('Ceilometer has no code on this host')
    return os.path.join(code.submodule_search_locations[0], 'pipeline', 'data', name)


def pipeline(name):
    path = conf.find_file(name) or packaged(os.path.basename(name))
    with open(path) as file:
        return yaml.safe_load(file) or {}


def publishers(said):
    return [one.split('://')[0] for sink in said.get('sinks') or [] for one in sink.get('publishers') or []]


files = {'meter': conf.pipeline_cfg_file, 'event': conf.event_pipeline_cfg_file}
pipelines = {kind: pipeline(files[kind]) for kind in sorted(conf.notification.pipelines) if kind in files}
print(json.dumps({
    'publishers': sorted({one for said in pipelines.values() for one in publishers(said)}),
    'coordinated': bool(conf.coordination.backend_url),
    'ownPolling': conf.polling.cfg_file != 'polling.yaml' or bool(conf.polling.partitioning_group_prefix),
    'pipelines': hashlib.sha256(json.dumps(pipelines, sort_keys=True, default=str).encode()).hexdigest()[:16],
}))
