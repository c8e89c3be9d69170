#!/usr/bin/python3
"""Proves a cloud by its behaviour. For the host that holds the administrator's openrc.

Standard library only: an `openstack` command costs seconds of CPU and loads the libraries that are being upgraded.
Reads OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME and the domains from the environment. Every verb prints
one line for people and exits 0 when it is true.

    openstack-check issue-token URL FILE       a new token from this Keystone, kept in FILE (0600)
    openstack-check old-token URL FILE         the kept token answers 200 or 401, never 500 (R-OPS-72, trap 51)
    openstack-check create URL NAME SECONDS    a stack of RandomString, TestResource and Value, complete
    openstack-check update|check|delete URL NAME SECONDS
"""

import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.request


def call(method, url, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method,
                                     headers={'Content-Type': 'application/json', **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=60, context=trust()) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def trust():
    """The administrator's CA. Each host is asked by its address, which is not the name in its certificate."""
    context = ssl.create_default_context(cafile=os.environ.get('OS_CACERT'))
    context.check_hostname = False
    return context


def env(name, default=None):
    value = os.environ.get(name, default)
    if value is None:
        sys.exit('%s is not set: is this the right openrc?' % name)
    return value


def login(keystone):
    domain = env('OS_USER_DOMAIN_NAME', 'Default')
    user = {'name': env('OS_USERNAME'), 'password': env('OS_PASSWORD'), 'domain': {'name': domain}}
    project = {'name': env('OS_PROJECT_NAME'), 'domain': {'name': env('OS_PROJECT_DOMAIN_NAME', domain)}}
    status, headers, text = call('POST', keystone.rstrip('/') + '/auth/tokens', {'auth': {
        'identity': {'methods': ['password'], 'password': {'user': user}}, 'scope': {'project': project}}})
    if status != 201:
        sys.exit('%s: a new token was refused with %d' % (keystone, status))
    named = {key.lower(): value for key, value in headers.items()}
    return named['x-subject-token'], json.loads(text)['token']['project']['id']


def issue_token(keystone, path):
    token, _ = login(keystone)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as file:
        file.write(token)
    print('%s issued a token' % keystone)


def old_token(keystone, path):
    fresh, _ = login(keystone)
    status, _, _ = call('GET', keystone.rstrip('/') + '/auth/tokens',
                        headers={'X-Auth-Token': fresh, 'X-Subject-Token': open(path).read()})
    print('%s answers %d to a token issued before the upgrade' % (keystone, status))
    sys.exit(0 if status in (200, 401, 404) else 1)


def template(value):
    return {'heat_template_version': '2018-08-31', 'resources': {
        'secret': {'type': 'OS::Heat::RandomString'},
        'work': {'type': 'OS::Heat::TestResource', 'properties': {'value': value}},
        'value': {'type': 'OS::Heat::Value', 'properties': {'value': value}}}}


def stack(verb, heat, name, seconds):
    token, project = login(env('OS_AUTH_URL'))
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
        return print('stack %s is not there' % name)
    if verb == 'create' and found is not None:
        if found['stack_status'] == 'CREATE_COMPLETE':
            return print('stack %s is there' % name)
        sys.exit('stack %s is there and %s' % (name, found['stack_status']))
    if verb != 'create' and found is None:
        sys.exit('stack %s is not there' % name)
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
        sys.exit('%s refused to %s stack %s: %d %s' % (heat, verb, name, begun[0], said))
    wanted, deadline = verb.upper() + '_COMPLETE', time.monotonic() + float(seconds)
    while time.monotonic() < deadline:
        now = show()
        state = 'DELETE_COMPLETE' if now is None else now['stack_status']
        if state == wanted:
            return print('%s: stack %s is %s' % (heat, name, state))
        if state.endswith('_FAILED'):
            sys.exit('%s: stack %s is %s: %s' % (heat, name, state, now.get('stack_status_reason')))
        time.sleep(0.5)
    sys.exit('%s: stack %s is not %s after %s s' % (heat, name, wanted, seconds))


def main(verb, *rest):
    if verb == 'issue-token':
        issue_token(*rest)
    elif verb == 'old-token':
        old_token(*rest)
    elif verb in ('create', 'update', 'check', 'delete'):
        stack(verb, *rest)
    else:
        sys.exit('unknown verb ' + verb)


main(*sys.argv[1:])
