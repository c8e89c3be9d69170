# PostgreSQL of Debian under the paths of the official image.
mkdir -p /etc/postgresql-common
printf 'create_main_cluster = false\n' >/etc/postgresql-common/createcluster.conf
install_packages postgresql-15
install -m 0755 /lab/recipe/postgres-entry.sh /usr/local/bin/postgres-entry
rm -rf /usr/share/doc/* /usr/share/man/* /usr/share/locale/*
