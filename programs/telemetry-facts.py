#!/usr/bin/python3
"""Where Ceilometer hands on what it measures, and whether its agents share their work.

For a host of Ceilometer, run as its user. Reads its configuration without importing its code. Prints one JSON object:
`publishers` of the pipelines in use, without what stands behind `://` (it may hold a password), `coordinated`,
`pipelines`, a hash of all that the pipelines say, `ownPolling`: people chose a polling file or a group for it, and
`exchange`, the exchange in RabbitMQ to which its agents send samples and events.

Of releases that had them: `collected`, whether a pipeline hands samples or events to collectors; `partitioned`, the
number of queues by which notification agents share their work (0: they do not), `dispatchers` of the collectors, and
`keeps`, which kind of database is configured: `mysql`, or `event_connection: mysql` where it is named by another option
than `connection`.
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
                    cfg.StrOpt('event_pipeline_cfg_file', default='event_pipeline.yaml'),
                    cfg.StrOpt('control_exchange', default='ceilometer')])
conf.register_opts([cfg.MultiStrOpt('meter_dispatchers', deprecated_name='dispatcher', default=[])])
conf.register_opts([cfg.MultiStrOpt('pipelines', default=['meter', 'event']),
                    cfg.BoolOpt('workload_partitioning', default=False),
                    cfg.IntOpt('pipeline_processing_queues', default=10)], group='notification')
STORAGE = ('connection', 'metering_connection', 'event_connection')
conf.register_opts([cfg.StrOpt(name, secret=True) for name in STORAGE], group='database')
conf.register_opts([cfg.StrOpt('backend_url', secret=True)], group='coordination')
conf.register_opts([cfg.StrOpt('cfg_file', default='polling.yaml'),
                    cfg.StrOpt('partitioning_group_prefix', deprecated_group='central')], group='polling')
conf([], project='ceilometer')

code = importlib.util.find_spec('ceilometer')
if code is None:
    # The proofs need it: up to Queens the packages of Debian and Ubuntu have it for Python 2.
    sys.exit('Ceilometer has no code for Python 3 on this host')


def packaged(name):
    """Debian has it in /etc only where somebody put it there."""
    return os.path.join(code.submodule_search_locations[0], 'pipeline', 'data', name)


def pipeline(name):
    path = conf.find_file(name) or packaged(os.path.basename(name))
    with open(path) as file:
        return yaml.safe_load(file) or {}


def urls(said):
    return [one for sink in said.get('sinks') or [] for one in sink.get('publishers') or []]


def collected(url):
    """Where a topic is named, as aodh's, somebody else reads there."""
    return url.startswith('notifier://') and 'topic=' not in url


def storage(name):
    kind = (conf.database[name] or '').split(':')[0].split('+')[0]
    return [] if not kind else [kind if name == 'connection' else '%s: %s' % (name, kind)]


files = {'meter': conf.pipeline_cfg_file, 'event': conf.event_pipeline_cfg_file}
pipelines = {kind: pipeline(files[kind]) for kind in sorted(conf.notification.pipelines) if kind in files}
print(json.dumps({
    'publishers': sorted({url.split('://')[0] for said in pipelines.values() for url in urls(said)}),
    'collected': any(collected(url) for said in pipelines.values() for url in urls(said)),
    'exchange': conf.control_exchange,
    'coordinated': bool(conf.coordination.backend_url),
    'ownPolling': conf.polling.cfg_file != 'polling.yaml' or bool(conf.polling.partitioning_group_prefix),
    'partitioned': conf.notification.workload_partitioning and conf.notification.pipeline_processing_queues or 0,
    'dispatchers': sorted(set(conf.meter_dispatchers)),
    'keeps': [kind for name in STORAGE for kind in storage(name)],
    'pipelines': hashlib.sha256(json.dumps(pipelines, sort_keys=True, default=str).encode()).hexdigest()[:16],
}))
