# MariaDB for the whole cloud. Small buffers: two cores and five hosts share one machine.
cat >/etc/mysql/mariadb.conf.d/99-openstack.cnf <<END
[mysqld]
bind-address = $LAB_EVERY_ADDRESS
max_connections = 500
innodb_buffer_pool_size = 128M
innodb_log_file_size = 24M
END
start_for_good mariadb.service
for schema in keystone heat; do
    mysql <<END
CREATE DATABASE $schema CHARACTER SET utf8mb3;
CREATE USER '$schema'@'%' IDENTIFIED BY '$LAB_DATABASE';
GRANT ALL PRIVILEGES ON $schema.* TO '$schema'@'%';
END
done
