#!/usr/bin/python3
"""Which RabbitMQ vhost a service uses for its own messages, and the change of that vhost.

For a controller, run as root. oslo.messaging parses the URLs on the host, as in the service; passwords stay in this
process. Only the path of the URL is replaced, in the text as it stands: hosts, ports, credentials and query keep every
byte, percent signs and doubled `$` included (C.2, trap 27). What oslo.messaging reads from the changed text is compared
with what it read before, and the file is replaced only when nothing but the vhost differs. Notifications are pinned
to the vhost where they go now, unless they have a URL of their own: Ceilometer listens there (fact 8, trap 31).

    service-transport facts CONFIG             one JSON object
    service-transport is CONFIG VHOST          exit 0 when the service would use this vhost
    service-transport set CONFIG VHOST         make it so
    service-transport left CONFIG VHOST        exit 0 when neither it nor its notifications would use this vhost
    service-transport env CONFIG FILE VHOST    write an environment file that gives this vhost to one unit alone:
                                               everything else that reads CONFIG, such as an engine that systemd
                                               restarts, keeps its vhost
    service-transport env-is CONFIG FILE VHOST exit 0 when the file says so, and only root can read it
    service-transport runs CONFIG VHOST PID... exit 0 when these processes were started with this vhost
"""

import glob
import hashlib
import json
import os
import re
import socket
import stat
import sys
import urllib.parse

from oslo_config import cfg
from transport_url import UnusableUrl, usable_url

NOTIFICATIONS = 'oslo_messaging_notifications'
URL = 'OS_DEFAULT__TRANSPORT_URL'
NOTIFICATION_URL = 'OS_OSLO_MESSAGING_NOTIFICATIONS__TRANSPORT_URL'


def options(config_file):
    conf = cfg.ConfigOpts()
    folder = config_file + '.d'
    conf.register_opts([cfg.StrOpt('auth_encryption_key', secret=True), cfg.StrOpt('host'),
                        cfg.BoolOpt('convergence_engine', default=True),
                        cfg.IntOpt('graceful_shutdown_timeout', default=60)])
    conf.register_opts([cfg.StrOpt('transport_url', secret=True)], group=NOTIFICATIONS)
    conf(args=[], default_config_files=[config_file], default_config_dirs=[folder] if os.path.isdir(folder) else [])
    return conf


def parsed(conf, url=None):
    try:
        transport = usable_url(conf, url)
    except UnusableUrl as problem:
        sys.exit('transport_url cannot be used: %s' % problem)
    return transport if transport.hosts else sys.exit('transport_url cannot be used: it names no broker')


def vhost_of(transport):
    return transport.virtual_host or '/'


def same_but_vhost(one, other):
    return (one.transport, one.hosts, one.query) == (other.transport, other.hosts, other.query)


def place(conf):
    """The file that has the last word on transport_url; oslo.config itself names the last file that it read."""
    found = conf.get_location('transport_url')
    if found is None or found.location.name != 'user':
        sys.exit('transport_url is in no file (%s): write it into the configuration file first'
                 % ('default' if found is None else found.location.name))
    folders = [sorted(glob.glob(os.path.join(folder, '*.conf'))) for folder in conf.config_dir or []]
    naming = [path for path in list(conf.config_file) + sum(folders, [])
              if any((section, option) == ('DEFAULT', 'transport_url') for _, section, option, _ in raw_lines(path))]
    return naming[-1] if naming else found.detail


def notification_place(conf):
    found = conf.get_location('transport_url', NOTIFICATIONS)
    return None if found is None or found.location.name != 'user' else found.detail


def raw_lines(path):
    """Yields (number, section, option, value) of a configuration file."""
    section = 'DEFAULT'
    for number, line in enumerate(open(path, encoding='utf-8').read().split('\n')):
        header = re.match(r'\[([^\]]+)\]', line)
        option = re.match(r'([A-Za-z][\w.-]*)\s*[=:]\s*(.*?)\s*$', line)
        if header:
            section = header[1]
        elif option:
            yield number, section, option[1], option[2]


def replace(path, edit):
    """Gives the file's lines to edit and replaces the file in one step, owner and mode kept."""
    before, text = os.stat(path), open(path, encoding='utf-8').read()
    partial = path + '.openstack-upgrade'
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, 'w', encoding='utf-8') as file:
        file.write('\n'.join(edit(text.split('\n'))))
        file.flush()
        os.fchown(file.fileno(), before.st_uid, before.st_gid)
        os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode))
        os.fsync(file.fileno())
    os.rename(partial, path)


def with_vhost(url, vhost):
    return urllib.parse.urlunsplit(urllib.parse.urlsplit(url)._replace(path='/' + urllib.parse.quote(vhost, safe='')))


def pin(lines, url):
    """Puts transport_url into the notifications' section, which is made where there is none."""
    wanted = 'transport_url = ' + url
    for number, line in enumerate(lines):
        if line.strip() == '[%s]' % NOTIFICATIONS:
            return lines[:number + 1] + [wanted] + lines[number + 1:]
    return lines + ['[%s]' % NOTIFICATIONS, wanted, '']


def last_url(path):
    """Number of the line that counts, and the URL in oslo.config's spelling."""
    found = [(number, unquoted(value)) for number, section, option, value in raw_lines(path)
             if section == 'DEFAULT' and option == 'transport_url']
    if not found:
        sys.exit('%s: its transport_url is in no line of its own' % path)
    following = open(path, encoding='utf-8').read().split('\n')[found[-1][0] + 1:][:1]
    if following and following[0][:1] in (' ', '\t') and following[0].strip():
        sys.exit('%s: its transport_url continues on the next line: write it in one line' % path)
    return found[-1]


def unquoted(value):
    """As oslo.config reads a value: it takes one pair of quotes away."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in '"\'' else value


def movable(conf, vhost):
    """The line and the URL to rewrite; the program ends where the new text would not mean the same brokers."""
    path = place(conf)
    number, raw = last_url(path)
    if not moved(conf, with_vhost(raw, vhost), vhost):
        sys.exit('%s: the rewritten transport_url would name different hosts. Nothing was changed' % path)
    return number, raw


def set_vhost(config_file, vhost):
    conf = options(config_file)
    before, path = parsed(conf), place(conf)
    number, raw = movable(conf, vhost)
    if notification_place(conf) is None:
        replace(path, lambda lines: pin(lines, raw))
        number, _ = last_url(path)
    replace(path, lambda lines: lines[:number] + ['transport_url = ' + with_vhost(raw, vhost)] + lines[number + 1:])
    after = options(config_file)
    if not same_but_vhost(before, parsed(after)) or vhost_of(parsed(after)) != vhost:
        sys.exit('%s was written, but does not name vhost %s when read again' % (path, vhost))
    print('%s: vhost %s instead of %s' % (path, vhost, vhost_of(before)))


def is_vhost(config_file, vhost):
    conf = options(config_file)
    seen, pinned = vhost_of(parsed(conf)), notification_place(conf) is not None
    print('%s: vhost %s, notifications %s' % (config_file, seen, 'pinned' if pinned else 'not pinned'))
    sys.exit(0 if seen == vhost and pinned else 1)


def left(config_file, vhost):
    conf = options(config_file)
    url = conf[NOTIFICATIONS].transport_url
    both = {'transport_url': parsed(conf), 'the URL for notifications': url and parsed(conf, url)}
    named = [what for what, seen in both.items() if seen and vhost_of(seen) == vhost]
    said = ' and '.join(named) + ' names vhost ' + vhost if named else 'vhost %s is not used' % vhost
    print('%s: %s' % (config_file, said))
    sys.exit(1 if named else 0)


def moved(conf, url, vhost):
    """Whether a text in oslo.config's spelling means the same brokers and this vhost."""
    seen = parsed(conf, url.replace('$$', '$'))
    return same_but_vhost(parsed(conf), seen) and vhost_of(seen) == vhost


def set_environment(config_file, file, vhost):
    conf = options(config_file)
    parsed(conf)
    _, url = movable(conf, vhost)
    wanted = {URL: with_vhost(url, vhost)}
    if notification_place(conf) is None:
        wanted[NOTIFICATION_URL] = url
    descriptor = os.open(file + '.part', os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, 'w', encoding='utf-8') as out:
        os.fchmod(out.fileno(), 0o600)
        for name, value in wanted.items():
            # systemd takes a backslash away before these four, and nothing else (systemd.exec(5), EnvironmentFile=).
            out.write('%s="%s"\n' % (name, re.sub(r'(["\\`$])', r'\\\1', value)))
        out.flush()
        os.fsync(out.fileno())
    os.rename(file + '.part', file)
    print('%s: vhost %s' % (file, vhost))


def is_environment(config_file, file, vhost):
    conf = options(config_file)
    found = dict(re.findall(r'^(\w+)="(.*)"$', open(file, encoding='utf-8').read(), re.M))
    url = re.sub(r'\\(["\\`$])', r'\1', found.get(URL, ''))
    private = stat.S_IMODE(os.stat(file).st_mode) == 0o600
    sys.exit(0 if private and moved(conf, url, vhost) else 1)


def runs_on(config_file, vhost, *processes):
    conf = options(config_file)
    for process in processes:
        environment = open('/proc/%s/environ' % process, 'rb').read().decode('utf-8', 'replace').split('\0')
        url = dict(entry.partition('=')[::2] for entry in environment).get(URL)
        if url is None or not moved(conf, url, vhost):
            sys.exit('process %s was not started with vhost %s' % (process, vhost))
    print('processes with vhost %s: %d' % (vhost, len(processes)))


def in_url(host):
    return '[%s]' % host if ':' in (host or '') else host


def facts(config_file):
    conf = options(config_file)
    transport, key = parsed(conf), conf.auth_encryption_key or ''
    movable(conf, 'another')  # what cannot be rewritten is found before the run, not in the middle of it
    url = conf[NOTIFICATIONS].transport_url
    print(json.dumps({
        'vhost': vhost_of(transport), 'place': place(conf), 'user': transport.hosts[0].username,
        'brokers': sorted('%s:%s' % (in_url(host.hostname), host.port or 5672) for host in transport.hosts),
        'notificationVhost': vhost_of(parsed(conf, url)) if url else None,
        'engineHost': conf.host or socket.gethostname(), 'convergence': conf.convergence_engine,
        'gracefulStopSeconds': conf.graceful_shutdown_timeout,
        'encryptionKeyHash': hashlib.sha256(key.encode()).hexdigest()[:16]}))


def main(verb, config_file, *rest):
    if verb == 'facts':
        facts(config_file)
    elif verb == 'is':
        is_vhost(config_file, *rest)
    elif verb == 'set':
        set_vhost(config_file, *rest)
    elif verb == 'env':
        set_environment(config_file, *rest)
    elif verb == 'env-is':
        is_environment(config_file, *rest)
    elif verb == 'runs':
        runs_on(config_file, *rest)
    elif verb == 'left':
        left(config_file, *rest)
    else:
        sys.exit('unknown verb ' + verb)


main(*sys.argv[1:])
