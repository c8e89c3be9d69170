#!/usr/bin/python3
"""How many measures wait to be processed by gnocchi-metricd.

    gnocchi-backlog [MOST]

For a host of Gnocchi, run as its user: asks the store itself with the installed code, so that it also answers while the
API is stopped. Prints the number; exits 1 when more than MOST wait, which is 0 where it is not given.
"""

import sys

from gnocchi import incoming, service

# To standard error alone: a file below /var/log/gnocchi is the daemons'.
conf = service.prepare_service([], log_to_std=True)
waiting = incoming.get_driver(conf).measures_report(details=False)['summary']
print('%(measures)d measures of %(metrics)d metrics wait to be processed' % waiting)
sys.exit(0 if waiting['measures'] <= int(''.join(sys.argv[1:2]) or 0) else 1)
