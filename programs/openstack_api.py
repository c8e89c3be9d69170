"""Calls to OpenStack's APIs with the administrator's openrc in the environment, by the standard library alone."""

import datetime
import functools
import json
import os
import ssl
import sys
import urllib.error
import urllib.request

# EX_TEMPFAIL of sysexits.h.
NO_ANSWER = 75


def call(method, url, body=None, headers=None):
    """Bytes go as they are, all else as JSON."""
    raw = isinstance(body, bytes)
    data = body if raw or body is None else json.dumps(body).encode()
    kind = 'application/octet-stream' if raw else 'application/json'
    request = urllib.request.Request(url, data=data, method=method, headers={'Content-Type': kind, **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=60, context=trust()) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()
    except OSError as error:
        no_answer(url, getattr(error, 'reason', error))


def no_answer(url, why):
    """Told apart from a refusal: whoever cleans up while everything is stopped has nobody to ask."""
    print('%s does not answer: %s' % (url, why), file=sys.stderr)
    sys.exit(NO_ANSWER)


@functools.cache
def trust():
    """The administrator's CA. Each host is asked by its address, which is not the name in its certificate. Read once,
    because it takes as long as a call."""
    context = ssl.create_default_context(cafile=os.environ.get('OS_CACERT'))
    context.check_hostname = False
    return context


def env(name, default=None):
    value = os.environ.get(name, default)
    if value is None:
        sys.exit('%s is not set. Check the openrc file' % name)
    return value


def login(keystone):
    domain = env('OS_USER_DOMAIN_NAME', 'Default')
    user = {'name': env('OS_USERNAME'), 'password': env('OS_PASSWORD'), 'domain': {'name': domain}}
    project = {'name': env('OS_PROJECT_NAME'), 'domain': {'name': env('OS_PROJECT_DOMAIN_NAME', domain)}}
    status, headers, text = call('POST', keystone.rstrip('/') + '/auth/tokens', {'auth': {
        'identity': {'methods': ['password'], 'password': {'user': user}}, 'scope': {'project': project}}})
    if status == 503:
        no_answer(keystone, 'the load balancer has no server for it')
    if status != 201:
        sys.exit('%s: request for a new token failed with %d' % (keystone, status))
    named = {key.lower(): value for key, value in headers.items()}
    return named['x-subject-token'], json.loads(text)['token']['project']['id']


def session():
    """A token and its project. Keystone makes a password expensive to check, on purpose, and in an outage all wait for
    it: a run keeps one token, and asks Keystone whether it still counts."""
    kept = kept_session()
    if kept is not None:
        return kept
    fresh = login(env('OS_AUTH_URL'))
    keep_session(fresh)
    return fresh


def kept_session():
    """None: there is none, or it is not worth anything for ten minutes more."""
    try:
        with open(os.environ.get('OSU_SESSION', '')) as file:
            token, project = json.load(file)
    except (OSError, ValueError):
        return None
    status, _, text = call('GET', env('OS_AUTH_URL').rstrip('/') + '/auth/tokens?nocatalog',
                           headers={'X-Auth-Token': token, 'X-Subject-Token': token})
    if status != 200:
        return None
    ends = datetime.datetime.fromisoformat(json.loads(text)['token']['expires_at'].replace('Z', '+00:00'))
    left = ends - datetime.datetime.now(datetime.timezone.utc)
    return (token, project) if left.total_seconds() > 600 else None


def keep_session(fresh):
    """Only where the run has made a directory for its secrets. All of it or nothing: others read it meanwhile."""
    path = os.environ.get('OSU_SESSION', '')
    if not os.path.isdir(os.path.dirname(path)):
        return
    part = '%s.%d' % (path, os.getpid())
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as file:
        json.dump(fresh, file)
    os.rename(part, path)


def wanted(asked, url, answer, *codes):
    """The JSON of an answer, once its status is one of these."""
    status, _, text = answer
    if status not in codes:
        sys.exit('%s refused to %s: %d %s' % (url, asked, status, text[:300].decode(errors='replace')))
    return json.loads(text) if text else {}
