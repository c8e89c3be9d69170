"""A Gnocchi that keeps what FAKE_MEASURES says: {"meter": [[seconds of measures of one resource], ...]}.

Its one archive policy has the steps of FAKE_STEP (0:00:01), and keeps counts where FAKE_COUNTS is set: two samples in
the same second are one measure whose count is 2. FAKE_WAITING measures wait.
"""
import datetime
import json
import os
from collections import Counter
from types import SimpleNamespace

MEASURES = json.loads(os.environ.get('FAKE_MEASURES', '{}'))
METRICS = {'%s/%d' % (name, index): times for name, all in MEASURES.items() for index, times in enumerate(all)}


def at(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


class Metric:
    metric_url = 'v1/metric'

    def _get(self, url):
        name = url.split('name=')[1]
        found = [{'id': one, 'name': name, 'archive_policy': {'name': 'high'}}
                 for one in METRICS if one.rsplit('/', 1)[0] == name]
        return SimpleNamespace(json=lambda: found)

    def get_measures(self, metric, start, granularity=None, aggregation='mean'):
        counts = Counter(one for one in METRICS[metric] if one >= start - 60)
        return [(at(one), 1.0, float(counts[one]) if aggregation == 'count' else 1.0) for one in sorted(counts)]


def get_gnocchiclient(conf):
    methods = ['mean'] + (['count'] if 'FAKE_COUNTS' in os.environ else [])
    steps = [{'granularity': os.environ.get('FAKE_STEP', '0:00:01')}]
    policies = [{'name': 'high', 'definition': steps, 'aggregation_methods': methods}]
    summary = {'measures': int(os.environ.get('FAKE_WAITING', '0')), 'metrics': 1}
    return SimpleNamespace(metric=Metric(), archive_policy=SimpleNamespace(list=lambda: policies),
                           status=SimpleNamespace(get=lambda: {'storage': {'summary': summary}}))
