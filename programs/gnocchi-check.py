#!/usr/bin/python3
"""Proves Gnocchi by its behaviour. For the host that holds the administrator's openrc; exits as openstack-check.

    gnocchi-check create|check|delete URL NAME SECONDS   a metric: a measure is taken, processed, and kept with others
"""

import json
import sys
import time

from openstack_api import call, session, wanted


def main(verb, gnocchi, name, seconds):
    headers = {'X-Auth-Token': session()[0]}
    api = gnocchi.rstrip('/') + '/v1'
    one = '%s/resource/generic/%s' % (api, name)
    measures = one + '/metric/canary/measures'

    def kept():
        status, _, text = call('GET', measures, headers=headers)
        return json.loads(text) if status == 200 else []

    there = call('GET', one, headers=headers)[0] == 200
    if verb == 'delete':
        if there:
            wanted('delete resource ' + name, gnocchi, call('DELETE', one, headers=headers), 204)
        return print('%s: resource %s is not there' % (gnocchi, name))
    before = kept()
    if verb == 'check' and not before:
        sys.exit('%s: resource %s has no measures' % (gnocchi, name))
    if not there:
        policies = wanted('list archive policies', gnocchi, call('GET', api + '/archive_policy', headers=headers), 200)
        means = sorted(policy['name'] for policy in policies if 'mean' in policy['aggregation_methods'])
        if not means:
            sys.exit('%s has no archive policy that keeps a mean, so that nothing can be measured' % gnocchi)
        body = {'id': name, 'metrics': {'canary': {'archive_policy_name': means[0]}}}
        wanted('create resource ' + name, gnocchi, call('POST', api + '/resource/generic', body, headers), 201)
    # Another value than all before: in the same interval it moves the mean.
    taken = [{'timestamp': time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime()), 'value': 1 + 10 * time.time() % 1e6}]
    wanted('take a measure of ' + name, gnocchi, call('POST', measures, taken, headers), 202)
    deadline = time.monotonic() + float(seconds)
    while kept() == before:
        if time.monotonic() > deadline:
            sys.exit('%s took a measure of %s, and it is not processed after %s s' % (gnocchi, name, seconds))
        time.sleep(1)
    print('%s: a measure of %s was taken and processed, %d before it' % (gnocchi, name, len(before)))


main(*sys.argv[1:])
