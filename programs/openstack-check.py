#!/usr/bin/python3
"""Proves a cloud by its behaviour. For the host that holds the administrator's openrc.

Standard library only: an `openstack` command costs seconds of CPU and loads the libraries that are being upgraded.
Reads OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME and the domains from the environment. Every verb prints
one line for people and exits 0 when it is true, 75 when nobody answers. OSU_SESSION names the file in which a run keeps
a token for its next verbs; where its directory is missing, every verb logs in.

    openstack-check issue-token URL FILE       a new token from this Keystone, kept in FILE (0600)
    openstack-check old-token URL FILE         the kept token answers 200 or 401, never 500 (R-OPS-72, trap 51)
    openstack-check create URL NAME SECONDS    a stack of a RandomString and a Value after it, complete
    openstack-check show|update|check|delete URL NAME SECONDS
                                               show: a look, without work for an engine
    openstack-check image-create|image-check|image-delete URL NAME SECONDS
                                               an image of 1 MiB: uploaded, downloaded and compared, deleted
    openstack-check provider-create|provider-check|provider-delete URL NAME SECONDS
                                               a resource provider with an inventory of 4 VCPU
"""

import hashlib
import json
import os
import sys
import time

from openstack_api import call, keep_session, login, session, wanted


def issue_token(keystone, path):
    fresh = login(keystone)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as file:
        file.write(fresh[0])
    keep_session(fresh)
    print('%s issued a token' % keystone)


def old_token(keystone, path):
    fresh, _ = login(keystone)
    status, _, _ = call('GET', keystone.rstrip('/') + '/auth/tokens',
                        headers={'X-Auth-Token': fresh, 'X-Subject-Token': open(path).read()})
    print('%s answers %d to a token issued before the upgrade' % (keystone, status))
    sys.exit(0 if status in (200, 401, 404) else 1)


def template(value):
    """One after the other, so that a worker hands on to another one. A resource that waits by itself proves no more."""
    return {'heat_template_version': '2018-08-31', 'resources': {
        'secret': {'type': 'OS::Heat::RandomString'},
        'value': {'type': 'OS::Heat::Value', 'depends_on': 'secret', 'properties': {'value': value}}}}


def shown(heat, name, stack, answer):
    """The stack and each of its resources, as the database has them."""
    resources = wanted('list resources of stack ' + name, heat, answer, 200)['resources']
    broken = [one['resource_name'] for one in resources if not one['resource_status'].endswith('COMPLETE')]
    if not stack['stack_status'].endswith('_COMPLETE') or broken or not resources:
        sys.exit('%s: stack %s is %s, with %d resources; not complete: %s' % (
            heat, name, stack['stack_status'], len(resources), ', '.join(broken) or 'none of them'))
    print('%s: stack %s is %s, with %d resources' % (heat, name, stack['stack_status'], len(resources)))


def stack(verb, heat, name, seconds):
    token, project = session()
    headers = {'X-Auth-Token': token}
    stacks = '%s/v1/%s/stacks' % (heat.rstrip('/'), project)

    def show():
        status, _, text = call('GET', stacks + '/' + name, headers=headers)
        if status == 302 or status == 200:
            return json.loads(text).get('stack')
        if status == 404:
            return None
        sys.exit('%s answers %d to a request for stack %s' % (heat, status, name))

    found = show()
    if verb == 'delete' and found is None:
        return print('stack %s does not exist' % name)
    if verb == 'create' and found is not None:
        if found['stack_status'] == 'CREATE_COMPLETE':
            return print('stack %s exists' % name)
        sys.exit('stack %s exists, in state %s' % (name, found['stack_status']))
    if verb != 'create' and found is None:
        sys.exit('stack %s does not exist' % name)
    if verb == 'show':
        resources = call('GET', '%s/%s/%s/resources' % (stacks, name, found['id']), headers=headers)
        return shown(heat, name, found, resources)
    one = stacks if verb == 'create' else '%s/%s/%s' % (stacks, name, found['id'])
    limited = {'timeout_mins': 10}
    begun = {
        'create': lambda: call('POST', one, {'stack_name': name, **limited, 'template': template('one')}, headers),
        'update': lambda: call('PUT', one, {**limited, 'template': template('two')}, headers),
        'check': lambda: call('POST', one + '/actions', {'check': None}, headers),
        'delete': lambda: call('DELETE', one, headers=headers),
    }[verb]()
    if begun[0] >= 300:
        said = begun[2][:300].decode(errors='replace')
        sys.exit('%s: request to %s stack %s failed: %d %s' % (heat, verb, name, begun[0], said))
    goal, deadline = verb.upper() + '_COMPLETE', time.monotonic() + float(seconds)
    while time.monotonic() < deadline:
        now = show()
        state = 'DELETE_COMPLETE' if now is None else now['stack_status']
        if state == goal:
            return print('%s: stack %s is %s' % (heat, name, state))
        if state.endswith('_FAILED'):
            sys.exit('%s: stack %s is %s: %s' % (heat, name, state, now.get('stack_status_reason')))
        time.sleep(0.2)
    sys.exit('%s: stack %s is not %s after %s s' % (heat, name, goal, seconds))


def image_bytes(name):
    """1 MiB that follows from the name: whoever checks it needs nothing of who made it."""
    return (hashlib.sha512(name.encode()).hexdigest().encode() * 8192)[:2 ** 20]


def image(verb, glance, name, seconds):
    headers = {'X-Auth-Token': session()[0]}
    images = glance.rstrip('/') + '/v2/images'

    def found():
        listed = call('GET', '%s?name=%s' % (images, name), headers=headers)
        return (wanted('list images', glance, listed, 200)['images'] or [None])[0]

    one = found()
    if verb == 'delete':
        if one is not None:
            wanted('delete image ' + name, glance, call('DELETE', '%s/%s' % (images, one['id']), headers=headers), 204)
        return print('%s: image %s is not there' % (glance, name))
    if verb == 'create':
        if one is not None and one['status'] != 'active':
            # An upload that was cut off cannot be taken up again.
            wanted('delete image ' + name, glance, call('DELETE', '%s/%s' % (images, one['id']), headers=headers), 204)
            one = None
        if one is None:
            kind = {'name': name, 'disk_format': 'raw', 'container_format': 'bare'}
            one = wanted('create image ' + name, glance, call('POST', images, kind, headers), 201)
            file = '%s/%s/file' % (images, one['id'])
            wanted('take the bytes of image ' + name, glance, call('PUT', file, image_bytes(name), headers), 204)
    deadline = time.monotonic() + float(seconds)
    while one is not None and one['status'] != 'active' and time.monotonic() < deadline:
        time.sleep(0.5)
        one = found()
    if one is None or one['status'] != 'active':
        sys.exit('%s: image %s is %s' % (glance, name, 'not there' if one is None else one['status']))
    status, _, bytes_there = call('GET', '%s/%s/file' % (images, one['id']), headers=headers)
    sums = [hashlib.sha256(each).hexdigest()[:12] for each in (bytes_there, image_bytes(name))]
    if status != 200 or sums[0] != sums[1]:
        sys.exit('%s: image %s downloads with %d and sha256 %s, not %s' % (glance, name, status, *sums))
    print('%s: image %s is active, sha256 %s' % (glance, name, sums[0]))


def provider(verb, placement, name, _seconds):
    headers = {'X-Auth-Token': session()[0], 'OpenStack-API-Version': 'placement 1.20'}
    providers = placement.rstrip('/') + '/resource_providers'
    vcpus = {'VCPU': {'total': 4}}

    def named():
        listed = call('GET', '%s?name=%s' % (providers, name), headers=headers)
        return (wanted('list resource providers', placement, listed, 200)['resource_providers'] or [None])[0]

    one = named()
    if verb == 'delete':
        if one is not None:
            gone = call('DELETE', '%s/%s' % (providers, one['uuid']), headers=headers)
            wanted('delete resource provider ' + name, placement, gone, 204)
        return print('%s: resource provider %s is not there' % (placement, name))
    if one is None and verb == 'check':
        sys.exit('%s: resource provider %s is not there' % (placement, name))
    if one is None:
        made = call('POST', providers, {'name': name}, headers)
        one = wanted('create resource provider ' + name, placement, made, 200)
    inventories = '%s/%s/inventories' % (providers, one['uuid'])
    if verb == 'create':
        body = {'resource_provider_generation': one['generation'], 'inventories': vcpus}
        wanted('keep the inventory of ' + name, placement, call('PUT', inventories, body, headers), 200)
    there = wanted('read the inventory of ' + name, placement, call('GET', inventories, headers=headers), 200)
    total = there['inventories'].get('VCPU', {}).get('total')
    if total != vcpus['VCPU']['total']:
        sys.exit('%s: resource provider %s has %s VCPU, not 4' % (placement, name, total))
    print('%s: resource provider %s has 4 VCPU' % (placement, name))


def main(verb, *rest):
    if verb == 'issue-token':
        issue_token(*rest)
    elif verb == 'old-token':
        old_token(*rest)
    elif verb in ('create', 'show', 'update', 'check', 'delete'):
        stack(verb, *rest)
    elif verb in ('image-create', 'image-check', 'image-delete'):
        image(verb.removeprefix('image-'), *rest)
    elif verb in ('provider-create', 'provider-check', 'provider-delete'):
        provider(verb.removeprefix('provider-'), *rest)
    else:
        sys.exit('unknown verb ' + verb)


main(*sys.argv[1:])
