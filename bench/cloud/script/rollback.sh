#!/bin/sh
# Back to what upgrade.sh kept (KEEP=1), in the order of the upgrade guide: configuration, databases, packages.
set -eu
. "$(dirname "$0")/hosts.sh"

part prepare
everywhere <<'END'
rm /etc/apt/sources.list.d/target.sources
apt-get -q update
apt-get -q -y --download-only --allow-downgrades install $(cat /root/versions)
END

part close
balance maint

part stop
printf 'systemctl stop %s\n' "$UNITS" | everywhere

part configuration
printf 'cd /\nrm -rf %s\ntar -xf /root/configuration.tar\n' "$CONFIGURATION" | everywhere

part restore
on db1 <<END
for schema in $SCHEMAS; do mariadb <"/root/\$schema.sql"; done
END

part packages
install '--allow-downgrades $(cat /root/versions)'

part start
printf 'systemctl start %s\n' "$UNITS" | everywhere

serve
