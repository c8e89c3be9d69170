#!/usr/bin/python3
"""Empties every memcached of this host (R-OPS-72, fact 13).

    flush-memcached LISTENERS     file with one ADDRESS:PORT a line, as `ss -ltnH` prints them
"""

import socket
import sys

# What `ss` prints for a socket that listens on every address.
REACHED_AT = {'*': '127.0.0.1', '0.0.0.0': '127.0.0.1', '[::]': '::1'}

for line in open(sys.argv[1]):
    host, _, port = line.strip().rpartition(':')
    host = REACHED_AT.get(host, host.strip('[]'))
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(b'flush_all\r\n')
        answer = connection.recv(64)
    if not answer.startswith(b'OK'):
        sys.exit('memcached on %s answered %r' % (host, answer))
    print('memcached on %s is empty' % host)
