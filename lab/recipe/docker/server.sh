# Temporal's own server and its image's start script.
# The health check of docker-compose.yml asks with nc.
install_packages netcat-openbsd
useradd --uid 1000 --create-home --shell /bin/bash temporal
install -m 0755 /lab/contents/temporal-server /usr/local/bin/
install -D -m 0755 /lab/contents/entrypoint.sh /etc/temporal/entrypoint.sh
# Alpine's sh knows pipefail, Debian's does not.
sed -i '1s|.*|#!/bin/bash|' /etc/temporal/entrypoint.sh
