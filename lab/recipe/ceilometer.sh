# Ceilometer's agents of a controller as Debian ships them. debconf keeps the maintainer scripts passive (no rewriting).
debconf-set-selections <<'ANSWERS'
ceilometer-common ceilometer/configure_rabbit boolean false
ANSWERS
install_packages ceilometer-agent-notification ceilometer-agent-central
