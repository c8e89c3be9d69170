# Runs once in the fresh Debian base. What every host of the lab has, whatever its role.
set -eu
export DEBIAN_FRONTEND=noninteractive

useradd --create-home --shell /bin/bash deploy
printf 'deploy ALL=(ALL) NOPASSWD: ALL\n' >/etc/sudoers.d/deploy
chmod 0440 /etc/sudoers.d/deploy

# Each lab makes its own host keys and machine ids; a base that carried some would give all hosts the same.
rm -f /etc/ssh/ssh_host_* /etc/machine-id /var/lib/dbus/machine-id
: >/etc/machine-id

# The network is set up from outside; these would wait for links or fail in a container and leave it "degraded".
systemctl mask systemd-networkd.service systemd-networkd.socket systemd-networkd-wait-online.service \
    systemd-resolved.service systemd-timesyncd.service systemd-remount-fs.service \
    console-getty.service getty@.service e2scrub_all.timer e2scrub_reap.service fstrim.timer >/dev/null 2>&1
systemctl set-default multi-user.target >/dev/null 2>&1
systemctl enable ssh.service >/dev/null 2>&1
mkdir -p /var/log/journal
