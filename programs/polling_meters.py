"""Which meters a source of polling.yaml enables: names, wildcards and exclusions (`!switch.*`)."""

import fnmatch


def matches(name, patterns):
    return any(fnmatch.fnmatch(name, one) for one in patterns)


def used(name, meters):
    unwanted = [one[1:] for one in meters if one.startswith('!')]
    wanted = [one for one in meters if not one.startswith('!')] or ['*']
    return matches(name, wanted) and not matches(name, unwanted)
