# Glance as Debian ships it. debconf keeps the maintainer scripts passive (no db_sync, no rewriting).
debconf-set-selections <<'ANSWERS'
glance-common glance/configure_db boolean false
glance-common glance/configure_rabbit boolean false
glance-common glance/configure_ksat boolean false
glance-api glance/configure_api-endpoint boolean false
ANSWERS
install_packages glance-api
