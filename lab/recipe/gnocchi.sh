# Gnocchi as Debian ships it. debconf keeps the maintainer scripts passive (no gnocchi-upgrade, no rewriting).
debconf-set-selections <<'ANSWERS'
gnocchi-common gnocchi/configure_db boolean false
gnocchi-common gnocchi/configure_ksat boolean false
gnocchi-api gnocchi/configure_api-endpoint boolean false
ANSWERS
install_packages gnocchi-api gnocchi-metricd python3-gnocchiclient
