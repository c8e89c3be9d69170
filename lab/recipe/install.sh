# Put before every role's recipe: how packages get into a layer.
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 0755 /usr/sbin/policy-rc.d
install_packages() {
    apt-get -q update
    apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io install "$@"
    rm -f /usr/sbin/policy-rc.d
}
