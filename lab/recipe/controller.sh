# A controller's packages as Debian ships them. debconf keeps the maintainer scripts passive (no db_sync, no rewriting).
debconf-set-selections <<'ANSWERS'
keystone keystone/configure_db boolean false
keystone keystone/create-admin-tenant boolean false
keystone keystone/register-endpoint boolean false
heat-common heat/configure_db boolean false
heat-common heat/configure_rabbit boolean false
heat-common heat/configure_ksat boolean false
heat-api heat/register-endpoint boolean false
heat-api-cfn heat-cfn/register-endpoint boolean false
ANSWERS
install_packages keystone heat-api heat-api-cfn heat-engine \
    memcached python3-memcache python3-pymemcache python3-pymysql python3-openstackclient python3-heatclient mariadb-client
