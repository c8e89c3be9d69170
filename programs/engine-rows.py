#!/usr/bin/python3
"""What the database says of Heat's engines: each writes a row of its own again and again while it lives (C.3).

For a host with an engine, run as Heat's user. `heat-manage service list` says the same, and loads all of Heat for it: on two
cores this takes longer than an engine needs to start, again for every look.

    engine-rows young CONFIG UNIT SECONDS   exit 0 once an engine of this host has written a row since UNIT was started
    engine-rows count CONFIG WORKERS        exit 0 when as many engines of this host count as up
    engine-rows gone CONFIG                 exit 0 when no engine of this host counts as up
    engine-rows dead CONFIG                 exit 0 when no engine of any host counts as down

Up: heard of within two intervals, as Heat itself counts. Each prints one line for people, also when it does not hold.
"""

import datetime
import socket
import subprocess
import sys
import time

import sqlalchemy
from database_url import database_url

# Engines write their own clock's UTC; so does this host.
ROWS = ("SELECT hostname, engine_id, TIMESTAMPDIFF(SECOND, COALESCE(updated_at, created_at), '%s'), report_interval "
        'FROM service WHERE deleted_at IS NULL')


def refuse(why):
    print(why)
    sys.exit(1)


def rows(engine):
    """(host name, engine, seconds since it was heard of, whether it counts as up)"""
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%d %H:%M:%S')
    with engine.connect() as connection:
        read = connection.execute(sqlalchemy.text(ROWS % now)).fetchall()
    return [(host, name, age, age <= 2 * interval) for host, name, age, interval in read]


def own(engine):
    return [name for host, name, _, up in rows(engine) if up and host == socket.gethostname()]


def age_of(unit):
    """Seconds since the unit's main process began."""
    said = subprocess.run(['systemctl', 'show', '-p', 'ExecMainStartTimestampMonotonic', '--value', unit],
                          stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
    return time.monotonic() - int(said or 0) / 1e6


def young(engine, unit, seconds):
    until = time.monotonic() + float(seconds)
    while True:
        # A row has whole seconds only.
        limit = age_of(unit) + 1
        for host, name, age, _ in rows(engine):
            if host == socket.gethostname() and age <= limit:
                return print('engine %s of this start counts as up' % name)
        if time.monotonic() > until:
            refuse('no engine of %s has written a row since %s was started' % (socket.gethostname(), unit))
        time.sleep(0.3)


def count(engine, workers):
    up = len(own(engine))
    line = '%d engines of %s count as up, %s run' % (up, socket.gethostname(), workers)
    if up != int(workers):
        refuse(line)
    print(line)


def gone(engine):
    left = own(engine)
    if left:
        refuse('still counts as up: engine ' + ', '.join(left))
    print('no engine of %s counts as up' % socket.gethostname())


def dead(engine):
    left = ['%s of %s' % (name, host) for host, name, _, up in rows(engine) if not up]
    if left:
        refuse('counts as down: engine ' + ', '.join(left))
    print('no engine counts as down')


def main(verb, config, *rest):
    engine = sqlalchemy.create_engine(database_url(config))
    if verb == 'young':
        young(engine, *rest)
    elif verb == 'count':
        count(engine, *rest)
    elif verb == 'gone':
        gone(engine)
    elif verb == 'dead':
        dead(engine)
    else:
        refuse('unknown verb ' + verb)


main(*sys.argv[1:])
