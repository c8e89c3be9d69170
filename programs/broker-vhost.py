#!/usr/bin/python3
"""Makes a RabbitMQ vhost like another one, looks into vhosts, and removes them. For a broker's host, as root.

Everything goes through `rabbitmqctl`, which needs no plugin, no password and no open port.

    broker-vhost make NEW LIKE DESCRIPTION     create NEW with the permissions, policies and limits of LIKE (C.1)
    broker-vhost is NEW LIKE DESCRIPTION       exit 0 when NEW exists and is like that
    broker-vhost engines VHOST TOPIC HOST...   exit 0 when exactly these hosts consume TOPIC there (R-HEAT-17, -20)
    broker-vhost empty VHOST PATTERN           exit 0 when no queue of this name holds a message (R-HEAT-25, fact 1)
    broker-vhost remove VHOST DESCRIPTION      remove a vhost of this upgrade that nobody uses any more (C.7)
    broker-vhost unused VHOST PATTERN USER     exit 0 when only USER may use it, nobody does, and all its queues have
                                               this name and are empty (C.7)
    broker-vhost drop VHOST PATTERN USER       remove a vhost that is unused in this sense
"""

import json
import re
import subprocess
import sys


def ask(*words):
    # Without a stdin of its own: releases before 3.13 read it (rabbitmq-server#10108).
    return subprocess.run(('rabbitmqctl', '-q') + words, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def run(*words):
    done = ask(*words)
    if done.returncode != 0:
        sys.exit('rabbitmqctl %s: %s' % (words[0], (done.stderr or done.stdout).strip()[-500:]))
    return done.stdout


def table(text):
    """The JSON that rabbitmqctl prints; lines of warnings before it are left out."""
    begin = re.search(r'^\[\s*[{\]]', text, re.M)
    return json.loads(text[begin.start():]) if begin else sys.exit('rabbitmqctl printed no table: %s' % text[-200:])


def rows(*words):
    return table(run(*words, '--formatter', 'json'))


def vhosts():
    """With the default type of their queues where the release knows one, which 3.10.0 and older do not."""
    typed = ask('list_vhosts', 'name', 'description', 'default_queue_type', '--formatter', 'json')
    return table(typed.stdout) if typed.returncode == 0 else rows('list_vhosts', 'name', 'description')


def vhost(name):
    found = [row for row in vhosts() if row['name'] == name]
    return found[0] if found else None


def permissions(name):
    return sorted((row['user'], row['configure'], row['write'], row['read'])
                  for row in rows('list_permissions', '-p', name))


def topic_permissions(name):
    return sorted((row['user'], row['exchange'], row['write'], row['read'])
                  for row in rows('list_topic_permissions', '-p', name))


def policies(name):
    return sorted((kind, row['name'], row['pattern'], row['definition'], row['priority'], row['apply-to'])
                  for kind in ('policy', 'operator_policy')
                  for row in rows('list_policies' if kind == 'policy' else 'list_operator_policies', '-p', name))


def limits(name):
    found = [row for row in rows('list_vhost_limits') if row.get('vhost') == name]
    return sorted((key, value) for row in found for key, value in row.items() if key != 'vhost')


def settings(name):
    return permissions(name), topic_permissions(name), policies(name), limits(name)


def make(new, like, description):
    old = vhost(like) or sys.exit('there is no vhost %s to copy' % like)
    there = vhost(new)
    if there is not None and there['description'] != description:
        sys.exit('vhost %s already exists and was not made by this upgrade: "%s". Nothing was changed'
                 % (new, there['description']))
    if there is None:
        kind = old.get('default_queue_type', 'undefined')
        typed = () if kind in ('undefined', '', None) else ('--default-queue-type', kind)
        run('add_vhost', new, '--description', description, *typed)
    for user, configure, write, read in permissions(like):
        run('set_permissions', '-p', new, user, configure, write, read)
    for user, exchange, write, read in topic_permissions(like):
        run('set_topic_permissions', '-p', new, user, exchange, write, read)
    for kind, name, pattern, definition, priority, where in policies(like):
        run('set_' + kind, '-p', new, '--priority', str(priority), '--apply-to', where, name, pattern, definition)
    if limits(like):
        run('set_vhost_limits', '-p', new, json.dumps(dict(limits(like))))
    print('vhost %s: permissions (%d) and policies (%d) copied from %s'
          % (new, len(permissions(new)), len(policies(new)), like))


def is_made(new, like, description):
    there = vhost(new)
    if there is None or there['description'] != description:
        sys.exit('there is no vhost %s of this upgrade' % new)
    if settings(new) != settings(like):
        sys.exit('permissions, policies or limits of %s differ from those of %s' % (new, like))


def engines(name, topic, *hosts):
    queues = rows('list_queues', '-p', name, 'name', 'consumers')
    seen = sorted(row['name'][len(topic) + 1:] for row in queues
                  if row['name'].startswith(topic + '.') and row['consumers'] > 0)
    shared = sum(row['consumers'] for row in queues if row['name'] == topic)
    print('vhost %s: engines on %s, consumers of %s: %d' % (name, ', '.join(seen) or 'no host', topic, shared))
    sys.exit(0 if seen == sorted(hosts) and shared >= len(hosts) and (hosts or shared == 0) else 1)


def empty(name, pattern):
    queues = rows('list_queues', '-p', name, 'name', 'messages_ready', 'messages_unacknowledged')
    full = ['%s %d ready, %d unacknowledged' % (row['name'], row['messages_ready'], row['messages_unacknowledged'])
            for row in queues if re.search(pattern, row['name'])
            and (row['messages_ready'] or row['messages_unacknowledged'])]
    print('vhost %s: %s' % (name, '; '.join(full) or 'no messages'))
    sys.exit(1 if full else 0)


def remove(name, description):
    there = vhost(name)
    if there is None:
        return print('vhost %s does not exist' % name)
    if there['description'] != description:
        sys.exit('vhost %s was not made by this upgrade: "%s". Nothing was changed' % (name, there['description']))
    connections = [row for row in rows('list_connections', 'vhost') if row['vhost'] == name]
    messages = sum(row['messages'] for row in rows('list_queues', '-p', name, 'messages'))
    if connections or messages:
        sys.exit('vhost %s is still in use and was not removed: connections %d, messages %d'
                 % (name, len(connections), messages))
    run('delete_vhost', name)
    print('vhost %s was removed' % name)


def some(words, most=3):
    rest = len(words) - most
    return ', '.join(words[:most]) + (' and %d more' % rest if rest > 0 else '')


def peers(name):
    """User and address of everybody who is connected, as in "openstack from 192.0.2.11"."""
    return sorted({'%s from %s' % (row['user'], row['name'].split(' -> ')[0].rpartition(':')[0])
                   for row in rows('list_connections', 'vhost', 'user', 'name') if row['vhost'] == name})


def others(name, user):
    """Users of other services that may use it; people and monitoring, who may read everywhere, do not count."""
    looking = {row['user'] for row in rows('list_users') if {'administrator', 'monitoring'} & set(row['tags'])}
    return [other for other, *_ in permissions(name) if other != user and other not in looking]


def users_of(name, pattern, user):
    """Everything that speaks against removing the vhost, as sentences."""
    if name == '/':
        return ["it is the broker's default vhost, which every service may use"]
    if vhost(name) is None:
        return []
    queues = rows('list_queues', '-p', name, 'name', 'messages', 'consumers')
    foreign = sorted(row['name'] for row in queues if not re.search(pattern, row['name']))
    used = sorted('%s (%d, %d)' % (row['name'], row['messages'], row['consumers'])
                  for row in queues if row['messages'] or row['consumers'])
    return [words + some(found) for words, found in (
        ('connected: ', peers(name)), ('other users with permissions: ', others(name, user)),
        ('queues of other services: ', foreign), ('queues with messages, consumers: ', used)) if found]


def unused(name, pattern, user):
    against = users_of(name, pattern, user)
    print('vhost %s: %s' % (name, '; '.join(against) or 'not in use'))
    sys.exit(1 if against else 0)


def drop(name, pattern, user):
    against = users_of(name, pattern, user)
    if against:
        sys.exit('vhost %s was not removed: %s' % (name, '; '.join(against)))
    if vhost(name) is not None:
        run('delete_vhost', name)
    print('vhost %s was removed' % name)


def main(verb, *rest):
    verbs = {'make': make, 'is': is_made, 'engines': engines, 'empty': empty, 'remove': remove,
             'unused': unused, 'drop': drop}
    verbs[verb](*rest) if verb in verbs else sys.exit('unknown verb ' + verb)


main(*sys.argv[1:])
