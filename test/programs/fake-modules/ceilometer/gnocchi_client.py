"""A Gnocchi that keeps what FAKE_MEASURES says: {"meter": [[seconds of measures of one resource], ...]}."""
import datetime
import json
import os
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

    def get_measures(self, metric, start):
        return [(at(one), 1.0, 1.0) for one in METRICS[metric] if one >= start - 60]


def get_gnocchiclient(conf):
    policies = [{'name': 'high', 'definition': [{'granularity': '0:00:01'}]}]
    return SimpleNamespace(metric=Metric(), archive_policy=SimpleNamespace(list=lambda: policies))
