#!/usr/bin/python3
"""Proves Ceilometer's agents by their data: one that is active may throw every sample away (fact 12).

    telemetry-proof loaded UNIT            exit 0 when the running agent lost none of its publishers
    telemetry-proof polled UNIT SECONDS    waits until the running agent polls; prints "START POLLSTER..."
    telemetry-proof shared UNIT SECONDS    the same, and so long after its start no pollster is no error: others beside
                                           it may do all the work
    telemetry-proof arrive COUNT SECONDS   sends samples as a polling agent does, each of a resource of its own, waits
                                           until all of them are in Gnocchi and deletes them there
    telemetry-proof collect COUNT SECONDS  the same as a notification agent hands them to collectors, up to Pike
    telemetry-proof understands UNIT       exit 0 when the running unit has logged no message that it does not know
    telemetry-proof newer SECONDS          "START POLLSTER..." on standard input: waits for a measure of one of these
                                           meters that is newer than START (epoch seconds), where Gnocchi keeps one to
                                           the minute or finer
    telemetry-proof gap                    the same input: how long each of these meters had no sample around START. It
                                           only tells, and always exits 0. For the report it prints, for each meter,
                                           "gap METER LAST-BEFORE FIRST-AFTER SECONDS" with tabs, the longest last
    telemetry-proof twice                  "SINCE START POLLSTER..." on standard input: counts the samples since SINCE
                                           that are closer to the one before than half of their interval in
                                           polling.yaml. It only tells, and always exits 0. For the report it prints,
                                           with tabs, "counted METER RESOURCES SAMPLES FROM TO INTERVAL STEP HOW" for
                                           each meter, "near METER AT COUNT" for what is too close, and "unseen METER
                                           STEP INTERVAL" for a meter that the store keeps too coarsely to tell
    telemetry-proof backlog [MOST]         asks Gnocchi's API how many measures wait to be processed; exits 1 when more
                                           than MOST do, which is 0 where it is not given

Each ends with one line for people, also when it does not hold: a probe shows the last line of standard output. The
`loaded`, `polled`, `shared` and `understands` read journals, as root; the others run as Ceilometer's user, with its
own code, configuration and credentials.
"""

import os
import re
import subprocess
import sys
import time
import uuid
from collections import Counter

# A meter that every gnocchi_resources.yaml since Pike has, on a resource type without attributes.
METER = 'identity.authenticate.success'
POLLING = re.compile(r'Polling pollster (\S+) in the context of')
LOST = 'Unable to load publisher'
# A version of a message that is not known, and what was requeued, or thrown away, because of an error.
STRANGE = re.compile(r'UnsupportedVersion|Dispatcher failed to handle|signature invalid|^Traceback')
FINE_SECONDS = 60
# Of one meter; thousands of resources would take minutes, and each has the same gap.
METRICS = 50
SHOWN_GAPS = 3
# What a report reads of one step has 8 KB.
SHOWN_METERS = 40
SHOWN_NEAR = 40
LINE = 390


def refuse(why):
    # Of a longer line a gate shows the end, and what happened stands at its beginning.
    print(why if len(why) <= LINE else why[:LINE - 3] + '...')
    sys.exit(1)


def shown(unit, prop):
    return subprocess.run(['systemctl', 'show', '-p', prop, '--value', unit],
                          stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


def processes(unit):
    group = shown(unit, 'ControlGroup')
    for root in ('/sys/fs/cgroup/systemd', '/sys/fs/cgroup'):
        path = root + group + '/cgroup.procs'
        if group and os.path.exists(path):
            return open(path).read().split()
    refuse('%s does not run' % unit)


def said(unit):
    """What the agent that runs now has logged: its journal, and its lines in the log files that it has open."""
    journal = subprocess.run(['journalctl', '-q', '-o', 'cat', '_SYSTEMD_INVOCATION_ID=' + shown(unit, 'InvocationID')],
                             stdout=subprocess.PIPE, check=False).stdout.decode(errors='replace').splitlines()
    pids = processes(unit)
    # By the open file and not by its name: logrotate may give the name to another file in any moment.
    texts = {}
    for pid in pids:
        folder = '/proc/%s/fd' % pid
        for one in os.listdir(folder) if os.path.isdir(folder) else []:
            try:
                name = os.readlink(os.path.join(folder, one))
                if name not in texts and re.match(r'/var/log/.+\.log\b', name):
                    texts[name] = list(open(os.path.join(folder, one), errors='replace'))
            except OSError:
                continue
    own = re.compile(r'^\S+ \S+ (?:%s) ' % '|'.join(pids))
    return journal + [line for _, text in sorted(texts.items()) for line in text if own.match(line)]


def loaded(unit):
    lost = [line.strip() for line in said(unit) if LOST in line]
    if lost:
        refuse('%s lost a publisher when it started and throws its samples away: %s' % (unit, lost[-1]))
    print('%s: no publisher was lost at its start' % unit)


def understands(unit):
    strange = [line.strip() for line in said(unit) if STRANGE.search(line)]
    if strange:
        refuse('%s does not understand what it takes: %s' % (unit, strange[-1]))
    print('%s: no message was unknown to it since its start' % unit)


def polled(unit, seconds, alone=True):
    started = int(shown(unit, 'ActiveEnterTimestampMonotonic')) / 1e6
    start = time.time() - time.clock_gettime(time.CLOCK_MONOTONIC) + started
    # Beside others it is enough that the agent had its time: a look that is begun again need not wait again.
    deadline = (time.monotonic() if alone else started) + float(seconds)
    while True:
        found = sorted({match[1] for line in said(unit) for match in [POLLING.search(line)] if match})
        if found:
            return print('%.3f %s' % (start, ' '.join(found)))
        if time.monotonic() >= deadline:
            break
        time.sleep(2)
    if not alone:
        return print('%.3f' % start)
    refuse('%s has polled nothing since it was started: its log names no pollster after %s s' % (unit, seconds))


def shared(unit, seconds):
    polled(unit, seconds, alone=False)


def configuration():
    from ceilometer import service
    # The agents' log files are theirs. What fails is told to whoever called, and not to a log.
    conf = service.prepare_service(['telemetry-proof', '--log-file', '/dev/null'])
    sys.excepthook = sys.__excepthook__
    return conf


def collect(count, seconds):
    arrive(count, seconds, handed=True)


def arrive(count, seconds, handed=False):
    import oslo_messaging
    from ceilometer import gnocchi_client, messaging, sample
    from ceilometer.publisher import utils
    from gnocchiclient import exceptions
    conf = configuration()
    gnocchi = gnocchi_client.get_gnocchiclient(conf)
    topics = {'topics': [conf.publisher_notifier.metering_topic]} if handed else {}
    notifier = oslo_messaging.Notifier(messaging.get_transport(conf), driver=conf.publisher_notifier.telemetry_driver,
                                       publisher_id='openstack-upgrade', **topics)
    # By such a name a rollback knows what this run made. Ceilometer's own database keeps its row, up to Pike.
    waiting = {'openstack-upgrade-canary-%s' % uuid.uuid4() for _ in range(int(count))}
    sent = list(waiting)
    for resource in sent:
        one = sample.Sample(name=METER, type='delta', unit='user', volume=1, user_id=None, project_id=None,
                            resource_id=resource, resource_metadata={},
                            timestamp=time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime()))
        message = utils.meter_message_from_counter(one, conf.publisher.telemetry_secret)
        notifier.sample({}, 'telemetry.polling', [message] if handed else {'samples': [message]})
    begun = time.monotonic()
    while waiting and time.monotonic() < begun + float(seconds):
        for resource in sorted(waiting):
            try:
                if gnocchi.metric.get_measures(METER, resource_id=resource):
                    waiting.discard(resource)
            except exceptions.NotFound:
                pass
        time.sleep(1)
    took = time.monotonic() - begun
    for resource in sent:
        try:
            # Gnocchi 4.4 refuses the client's own delete with 406: it has no JSON to answer with.
            gnocchi.api.delete('v1/resource/generic/' + resource, headers={'Accept': '*/*'})
        except exceptions.NotFound:
            pass
    if waiting:
        refuse('%d of %d samples of meter %s that were sent are not in Gnocchi after %s s' % (
            len(waiting), len(sent), METER, seconds))
    print('%d samples that were sent are in Gnocchi, after %.0f s' % (len(sent), took))


def newer(seconds):
    from ceilometer import gnocchi_client
    start, *pollsters = sys.stdin.read().split()
    if not pollsters:
        return print('this agent has polled nothing so far: where agents share the work, others may do all of it')
    gnocchi = gnocchi_client.get_gnocchiclient(configuration())
    fine = fine_policies(gnocchi)
    begun = time.monotonic()
    while True:
        metrics = [one for name in pollsters for one in named(gnocchi, name) if one['archive_policy']['name'] in fine]
        for metric in metrics[:METRICS]:
            measures = gnocchi.metric.get_measures(metric['id'], start=float(start) - FINE_SECONDS)
            # An interval that began before the start may hold what the old agent polled.
            newest = [at for at, step, _ in measures if at.timestamp() >= float(start) - min(step, 1)]
            if newest:
                return print('%s: a measure of %s is newer than the start' % (metric['name'], max(newest).isoformat()))
        if not metrics:
            names = ' '.join(pollsters)
            return print('no polled meter is kept to the minute: proved by the log alone, which names ' + names)
        if time.monotonic() > begun + float(seconds):
            refuse('no measure of %s is newer than the start after %s s' % (' '.join(pollsters), seconds))
        time.sleep(2)


def gap():
    try:
        found = gaps()
    except Exception as error:
        return print('not measured: %s: %s' % (type(error).__name__, ' '.join(str(error).split())))
    for name, last, first in found:
        print('gap\t%s\t%s\t%s\t%.0f' % (name, instant(last), instant(first), seconds_between(last, first)))
    print(summary(found) or 'no meter that this agent polls is kept to the minute')


def summary(found):
    longest = found[-SHOWN_GAPS:][::-1]
    parts = ['%s: last sample before at %s, first after at %s: %.0f s without one' % (
        name, last.strftime('%H:%M:%S'), first.strftime('%H:%M:%S'), seconds_between(last, first))
        for name, last, first in longest]
    rest = len(found) - len(longest)
    return '; '.join(parts + (['%d more meters: not longer' % rest] if rest else []))


def gaps():
    """Of each meter the resource that was without a sample for the longest time; the longest of all last."""
    from ceilometer import gnocchi_client
    start, *pollsters = sys.stdin.read().split()
    gnocchi = gnocchi_client.get_gnocchiclient(configuration())
    fine = fine_policies(gnocchi)
    found = []
    for name in pollsters:
        metrics = [one for one in named(gnocchi, name) if one['archive_policy']['name'] in fine][:METRICS]
        around = [pair for one in metrics for pair in [around_start(gnocchi, one, float(start))] if pair]
        if around:
            found.append((name, *max(around, key=lambda pair: seconds_between(*pair))))
    return sorted(found, key=lambda one: seconds_between(*one[1:]))


def instant(at):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(at.timestamp()))


def seconds_between(last, first):
    return (first - last).total_seconds()


def around_start(gnocchi, metric, start):
    """Times of the last measure before and the first after, at the finest that is kept; none where one is missing."""
    measures = gnocchi.metric.get_measures(metric['id'], start=start - 86400)
    step = min((one[1] for one in measures), default=0)
    times = sorted(at for at, width, _ in measures if width == step)
    before = [at for at in times if at.timestamp() < start - step]
    after = [at for at in times if at.timestamp() >= start - step]
    return (before[-1], after[0]) if before and after else None


def twice():
    try:
        lines, told = samples_counted()
    except Exception as error:
        return print('not counted: %s: %s' % (type(error).__name__, ' '.join(str(error).split())))
    for line in lines:
        print('\t'.join(line))
    print(told)


def samples_counted():
    """Gnocchi makes one measure of all samples of a metric in one step, so that what it tells depends on the step."""
    from ceilometer import gnocchi_client
    conf = configuration()
    since, _, *pollsters = sys.stdin.read().split()
    gnocchi = gnocchi_client.get_gnocchiclient(conf)
    policies = {one['name']: finest(one) for one in gnocchi.archive_policy.list()}
    every = intervals(conf, pollsters)
    counted, near, unseen = [], [], []
    for name in pollsters:
        kept = [(one, *policies[one['archive_policy']['name']]) for one in named(gnocchi, name)[:METRICS]]
        if not kept or name not in every:
            continue
        seen = [(one, step, exact) for one, step, exact in kept if step <= every[name] / 4]
        if not seen:
            unseen.append(('unseen', name, '%.0f' % min(step for _, step, _ in kept), '%.0f' % every[name]))
            continue
        times = [one for one in (sample_times(gnocchi, *metric, float(since)) for metric in seen) if one]
        if not times:
            continue
        pairs = [pair for one in times for pair in zip(one, one[1:])]
        close = [at for before, at in pairs if seconds_between(before, at) < every[name] / 2]
        counted.append((
            'counted', name, '%d' % len(times), '%d' % sum(map(len, times)), instant(min(one[0] for one in times)),
            instant(max(one[-1] for one in times)), '%.0f' % every[name], '%.0f' % max(step for _, step, _ in seen),
            'exact' if all(exact for _, _, exact in seen) else 'merged'))
        near += [('near', name, at, '%d' % count) for at, count in sorted(Counter(map(instant, close)).items())]
    too_close = {one[1] for one in near}
    counted.sort(key=lambda one: one[1] not in too_close)  # where many are counted, these are told first
    lines = counted[:SHOWN_METERS] + unseen[:SHOWN_METERS] + near[:SHOWN_NEAR]
    rest = Counter()
    for _, name, _, count in near[SHOWN_NEAR:]:
        rest[name] += int(count)
    lines += [('near', name, '-', '%d' % count) for name, count in sorted(rest.items()) if count]
    return lines, told_counted(counted, near, unseen)


def told_counted(counted, near, unseen):
    if not counted:
        return 'no sample of a meter that Gnocchi keeps finely enough: nothing was counted'
    close = sum(int(one[3]) for one in near)
    parts = ['samples of %d meter(s): %d, of which %d came sooner after the one before than half of their interval' % (
        len(counted), sum(int(one[3]) for one in counted), close)]
    return '; '.join(parts + (['kept too coarsely to tell: %d meter(s)' % len(unseen)] if unseen else []))


def intervals(conf, pollsters):
    """As the agents read polling.yaml, by Ceilometer's own code."""
    from ceilometer.polling import manager
    sources = manager.PollingManager(conf).sources
    found = {name: [one.get_interval() for one in sources if one.support_meter(name)] for name in pollsters}
    return {name: float(min(every)) for name, every in found.items() if every}


def finest(policy):
    """Its finest step in seconds, and whether Gnocchi keeps how many samples were in each."""
    steps = [step_seconds(step['granularity']) for step in policy['definition']]
    return min(steps), 'count' in policy['aggregation_methods']


def sample_times(gnocchi, metric, step, exact, since):
    how = {'aggregation': 'count'} if exact else {}
    measures = gnocchi.metric.get_measures(metric['id'], start=since, granularity=step, **how)
    # Asked for a start, Gnocchi answers with the step around it as well.
    taken = [(at, int(value) if exact else 1) for at, _, value in measures if at.timestamp() >= since - step]
    return sorted(at for at, count in taken for _ in range(count))


def backlog(most='0'):
    from ceilometer import gnocchi_client
    gnocchi = gnocchi_client.get_gnocchiclient(configuration())
    waiting = gnocchi.status.get()['storage']['summary']
    print('%(measures)d measures of %(metrics)d metrics wait to be processed' % waiting)
    sys.exit(0 if waiting['measures'] <= int(most) else 1)


def fine_policies(gnocchi):
    return {one['name'] for one in gnocchi.archive_policy.list()
            if min(step_seconds(step['granularity']) for step in one['definition']) <= FINE_SECONDS}


def named(gnocchi, name):
    return gnocchi.metric._get(gnocchi.metric.metric_url + '?limit=200&name=' + name).json()


def step_seconds(text):
    """Gnocchi writes 1:00:00 and `1 day, 0:00:00`."""
    days = re.match(r'(\d+) days?, ', text)
    hours, minutes, seconds = text.split(', ')[-1].split(':')
    return (int(days[1]) * 86400 if days else 0) + int(hours) * 3600 + int(minutes) * 60 + float(seconds)


VERBS = {'loaded': loaded, 'polled': polled, 'shared': shared, 'arrive': arrive, 'collect': collect,
         'understands': understands, 'newer': newer, 'gap': gap, 'twice': twice, 'backlog': backlog}


def main(verb, *rest):
    if verb not in VERBS:
        refuse('unknown verb ' + verb)
    try:
        VERBS[verb](*rest)
    except Exception as error:
        # The line before would be taken for the reason: standard error is not shown where standard output has a line.
        refuse('%s failed: %s: %s' % (verb, type(error).__name__, ' '.join(str(error).split())))


main(*sys.argv[1:])
