# The polling agent of a compute host as Debian ships it, and what its coordination needs.
debconf-set-selections <<'ANSWERS'
ceilometer-common ceilometer/configure_rabbit boolean false
ANSWERS
install_packages ceilometer-agent-compute python3-pymemcache
