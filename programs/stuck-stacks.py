#!/usr/bin/python3
"""Resumes stacks that are in progress and that no engine works on any more. For a controller with the admin's openrc.

Each stack is updated with its own template (`openstack stack update --existing`, C.5), with a token of its own project:
with one of the administrator's project Heat would create new resources there. So the administrator needs a role in the
project; without one, the output names the command for the stack's owner. Heat is asked at the catalogue's endpoint, as
its users do; the database says which stacks are stuck, because no API tells about other projects.

    stuck-stacks CONFIG SQL [KNOWN...]    SQL: rows `id, name, action, since, state, project`; KNOWN ids stay as is

Exit 0 when every stuck stack took the update, or none is stuck; the last line says what was done and what was not.
"""

import json
import os
import ssl
import sys
import urllib.error
import urllib.request

import sqlalchemy
from database_url import database_url


def call(method, url, body, token=None):
    headers = {'Content-Type': 'application/json', **({'X-Auth-Token': token} if token else {})}
    request = urllib.request.Request(url, data=json.dumps(body).encode(), method=method, headers=headers)
    try:
        context = ssl.create_default_context(cafile=os.environ.get('OS_CACERT'))
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:
            return answer.status, {key.lower(): value for key, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {}, error.read()
    except OSError as error:
        return 0, {}, str(error).encode()


def stuck(config_file, sql, known):
    with sqlalchemy.create_engine(database_url(config_file)).connect() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql(sql)]
    return [(row[0], row[1], row[5]) for row in rows if row[4] == 'stuck' and row[0] not in known]


def enter(project):
    """A token of this project, and where Heat is; or why not."""
    domain = os.environ.get('OS_USER_DOMAIN_NAME', 'Default')
    user = {'name': os.environ['OS_USERNAME'], 'password': os.environ['OS_PASSWORD'], 'domain': {'name': domain}}
    status, headers, text = call('POST', os.environ['OS_AUTH_URL'].rstrip('/') + '/auth/tokens', {'auth': {
        'identity': {'methods': ['password'], 'password': {'user': user}}, 'scope': {'project': {'id': project}}}})
    if status in (401, 403):
        return None, None, '%s has no role in project %s' % (user['name'], project)
    if status != 201:
        return None, None, 'Keystone answered %d to a token request for project %s' % (status, project)
    urls = {end['interface']: end['url'] for service in json.loads(text)['token']['catalog']
            if service['type'] == 'orchestration' for end in service['endpoints']}
    url = urls.get('public') or urls.get('internal')
    return headers['x-subject-token'], url, None if url else 'the catalogue names no orchestration endpoint'


def carry_on(identity, name, project):
    token, url, why = enter(project)
    if why is None:
        stack = '%s/stacks/%s/%s' % (url.rstrip('/'), name, identity)
        status, _, text = call('PATCH', stack, {'parameters': {}}, token)
        if status == 202:
            return None
        why = 'Heat answers %d: %s' % (status, text[:200].decode(errors='replace'))
    return ('%s in project %s (%s). Its owner can run: openstack stack update --existing %s'
            % (name, project, why, identity))


def main(config_file, sql, *known):
    rows = stuck(config_file, sql, known)
    refused = [why for why in (carry_on(*row) for row in rows) if why]
    print('%d of %d stuck stacks resumed by an update' % (len(rows) - len(refused), len(rows))
          + ''.join('; not resumed: ' + why for why in refused), file=sys.stderr if refused else sys.stdout)
    sys.exit(1 if refused else 0)


main(*sys.argv[1:])
