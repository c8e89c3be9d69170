#!/bin/sh
# A cold upgrade as a person types it who knows that nothing will go wrong: no survey, no lock, no check, no restore point.
# KEEP=1: with what rollback.sh needs, and no more.
set -eu
. "$(dirname "$0")/hosts.sh"

part prepare
everywhere <<END
cat >/etc/apt/sources.list.d/target.sources <<'SOURCE'
$SOURCE
SOURCE
apt-get -q update
apt-get -q -y --download-only install $PACKAGES
END
if [ -n "$KEEP" ]; then
  everywhere <<END
umask 077
dpkg-query -W -f '\${Package}=\${Version}\n' $PACKAGES >/root/versions
tar -C / -cf /root/configuration.tar $CONFIGURATION
END
fi

part close
balance maint

part stop
printf 'systemctl stop %s\n' "$UNITS" | everywhere

if [ -n "$KEEP" ]; then
  part dump
  on db1 <<END
umask 077
for schema in $SCHEMAS; do
  mariadb-dump --single-transaction --add-drop-database --databases "\$schema" >"/root/\$schema.sql"
done
END
fi

part packages
install "$PACKAGES"

part schemas
printf '%s\n' "$MIGRATIONS" | on ctl1

part start
printf 'systemctl start %s\n' "$UNITS" | everywhere

serve
