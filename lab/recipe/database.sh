# The database host's packages. A second server for load tests is the same binary with its own data directory.
install_packages mariadb-server mariadb-client
systemctl disable mariadb.service
