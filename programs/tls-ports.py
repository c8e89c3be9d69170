#!/usr/bin/python3
"""Which ports of this host speak TLS. For a controller; it asks for one page, and needs no rights.

A port is asked where it listens, because an API may be open on one network alone. First in plain HTTP: uwsgi waits four
seconds for the end of a greeting of TLS, and its process answers nobody meanwhile. Only who does not answer that, or
answers 400 as Apache does, is greeted in TLS; a refusal within TLS (an old version, a client certificate) is TLS.

    tls-ports PORT...      one JSON list: those of these ports that somebody listens on and that speak TLS

The program uses the standard library only.
"""

import json
import re
import socket
import ssl
import subprocess
import sys

SECONDS = 5
NOT_TLS = ('WRONG_VERSION_NUMBER', 'HTTP_REQUEST', 'UNEXPECTED_EOF_WHILE_READING', 'UNKNOWN_PROTOCOL',
           'PACKET_LENGTH_TOO_LONG', 'RECORD_LAYER_FAILURE')
EVERY = {'*': '127.0.0.1', '0.0.0.0': '127.0.0.1', '[::]': '::1'}


def places():
    """Address by port, as the kernel lists it: `192.0.2.11:8004`, `*:8004`, `[::]:5000`."""
    listed = subprocess.run(['ss', '-Hltn'], check=True, capture_output=True, text=True).stdout
    found = {}
    for row in listed.split('\n'):
        match = re.match(r'LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s', row)
        if match:
            address = re.sub(r'%[^\]]*', '', match[1])
            found.setdefault(int(match[2]), EVERY.get(address, address.strip('[]')))
    return found


def speaks_http(address, port):
    try:
        with socket.create_connection((address, port), SECONDS) as plain:
            plain.sendall(b'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
            return re.match(rb'HTTP/\S+ (?!400)', plain.recv(64)) is not None
    except socket.timeout:
        return True  # it waits for something, as a busy API does; a server with TLS hangs up at once
    except OSError:
        return False


def speaks_tls(address, port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((address, port), SECONDS) as plain, context.wrap_socket(plain):
            return True
    except ssl.SSLError as problem:
        return problem.reason is not None and problem.reason not in NOT_TLS
    except OSError:
        return False


listening = places()
wanted = [int(one) for one in sys.argv[1:]]
there = [(listening[port], port) for port in wanted if port in listening]
print(json.dumps([port for address, port in there if not speaks_http(address, port) and speaks_tls(address, port)]))
