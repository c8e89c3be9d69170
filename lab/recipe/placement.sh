# Placement as Debian ships it. debconf keeps the maintainer scripts passive (no db sync, no rewriting).
debconf-set-selections <<'ANSWERS'
placement-common placement/configure_db boolean false
placement-common placement/configure_ksat boolean false
placement-api placement/configure_api-endpoint boolean false
ANSWERS
install_packages placement-api python3-osc-placement
