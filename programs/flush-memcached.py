#!/usr/bin/python3
"""Empties every memcached that a service may have filled: those of this host, and those that its cache names (R-OPS-72,
fact 13). Old objects in one that was passed over kill the new code.

    flush-memcached LISTENERS CONFIG     LISTENERS: file with one ADDRESS:PORT a line, as `ss -ltnH` prints them.
                                         CONFIG: of the service; its [cache] memcache_servers count as well
"""

import os
import re
import socket
import sys

from oslo_config import cfg

# What `ss` prints for a socket that listens on every address.
REACHED_AT = {'*': '127.0.0.1', '0.0.0.0': '127.0.0.1', '[::]': '::1'}


def place(text):
    """`192.0.2.11:11211`, `[::1]:11211`, `inet6:[::1]:11211`; the port may be left out."""
    host, port = re.fullmatch(r'(?:inet6?:)?(\[[^\]]*\]|[^:]+)(?::(\d+))?', text.strip()).groups()
    return REACHED_AT.get(host, host.strip('[]')), int(port or 11211)


def configured(config):
    conf = cfg.ConfigOpts()
    conf.register_opts([cfg.StrOpt('memcache_servers'), cfg.StrOpt('tls_enabled')], group='cache')
    folder = config + '.d'
    conf(args=[], default_config_files=[config], default_config_dirs=[folder] if os.path.isdir(folder) else [])
    named = [one for one in (conf['cache'].memcache_servers or '').split(',') if one.strip()]
    if named and (conf['cache'].tls_enabled or '').lower() in ('true', '1', 'yes', 'on'):
        sys.exit('memcached on %s wants TLS: empty it by hand (flush_all), then override' % ', '.join(named))
    return named


def flush(host, port):
    try:
        with socket.create_connection((host, port), 10) as connection:
            connection.sendall(b'flush_all\r\n')
            answer = connection.recv(64)
    except OSError as error:
        sys.exit('memcached on %s does not answer (%s): what it holds was not emptied' % (host, error))
    if not answer.startswith(b'OK'):
        sys.exit('memcached on %s answered %r' % (host, answer))
    print('memcached on %s is empty' % host)


listeners = open(sys.argv[1]).read().split()
for one in sorted({place(text) for text in listeners + configured(sys.argv[2])}):
    flush(*one)
