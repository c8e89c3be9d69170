#!/usr/bin/python3
"""Stand-in for ceilometer-collector of Ocata and Pike, whose code no current system runs.

It takes what notification agents publish with notifier:// from the same queue (metering.sample), and hands it on to
Gnocchi with the publisher of the installed agents, and to [database] connection in the tables that the collector had.
It has none of the collector's own code.
"""

import signal
import threading
from urllib import parse

import oslo_messaging
import sqlalchemy
from ceilometer import messaging, sample, service
from ceilometer.publisher import gnocchi, utils
from oslo_config import cfg
from oslo_log import log

conf = service.prepare_service(['ceilometer-collector', '--log-file', '/var/log/ceilometer/ceilometer-collector.log'])
conf.register_opts([cfg.MultiStrOpt('meter_dispatchers', default=[])])
conf.register_opts([cfg.StrOpt('connection', secret=True)], group='database')
LOG = log.getLogger('ceilometer.collector')
publisher = gnocchi.GnocchiPublisher(conf, parse.urlparse('gnocchi://')) \
    if 'gnocchi' in conf.meter_dispatchers else None
database = sqlalchemy.create_engine(conf.database.connection, pool_recycle=600) \
    if 'database' in conf.meter_dispatchers else None


def recorded(one):
    return sample.Sample(name=one['counter_name'], type=one['counter_type'], unit=one['counter_unit'],
                         volume=one['counter_volume'], user_id=one['user_id'], project_id=one['project_id'],
                         resource_id=one['resource_id'], timestamp=one['timestamp'],
                         resource_metadata=one['resource_metadata'])


def row(connection, table, key, value):
    said = {'value': value}
    found = connection.execute(sqlalchemy.text('SELECT %s FROM %s WHERE %s = :value' % (table[1], table[0], key)), said)
    first = found.fetchone()
    if first:
        return first[0]
    return connection.execute(sqlalchemy.text('INSERT INTO %s (%s) VALUES (:value)' % (table[0], key)), said).lastrowid


def store(samples):
    with database.begin() as connection:
        for one in samples:
            connection.execute(sqlalchemy.text(
                'INSERT INTO sample (meter_id, resource_id, volume, timestamp) VALUES (:meter, :resource, :volume, '
                'UNIX_TIMESTAMP())'), {
                    'meter': row(connection, ('meter', 'id'), 'name', one['counter_name']),
                    'resource': row(connection, ('resource', 'internal_id'), 'resource_id', one['resource_id']),
                    'volume': one['counter_volume']})


class Collected:
    def sample(self, messages):
        samples = [one for message in messages for one in message['payload']]
        good = [one for one in samples if utils.verify_signature(one, conf.publisher.telemetry_secret)]
        if len(good) < len(samples):
            LOG.warning('notification signature invalid, discarding: %d', len(samples) - len(good))
        try:
            if database is not None:
                store(good)
            if publisher is not None:
                publisher.publish_samples([recorded(one) for one in good])
        except Exception:
            LOG.exception('Dispatcher failed to handle the notification, re-queuing it.')
            return oslo_messaging.NotificationResult.REQUEUE


target = oslo_messaging.Target(topic=conf.publisher_notifier.metering_topic)
listener = messaging.get_batch_notification_listener(messaging.get_transport(conf), [target], [Collected()],
                                                     allow_requeue=True, batch_size=10, batch_timeout=2)
stopping = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())
listener.start()
LOG.info('stand-in collector takes samples')
stopping.wait()
listener.stop()
listener.wait()
