# Keystone and Heat on one controller: files only, nothing is started.
own_address=$LAB_OWN_ADDRESS
sed -i "s/^-l .*/-l $own_address/" /etc/memcached.conf
sed -i -e 's/^processes = .*/processes = 1/' -e 's/^threads = .*/threads = 8/' \
    /etc/keystone/keystone-uwsgi.ini /etc/heat/heat-api-uwsgi.ini /etc/heat/heat-api-cfn-uwsgi.ini
listen_on_ipv6 /etc/keystone/keystone-uwsgi.ini 5000
listen_on_ipv6 /etc/heat/heat-api-uwsgi.ini 8004
listen_on_ipv6 /etc/heat/heat-api-cfn-uwsgi.ini 8000
caches=$LAB_CACHES
identity=$LAB_IDENTITY

set_options /etc/keystone/keystone.conf <<END
database connection mysql+pymysql://keystone:$LAB_DATABASE@$LAB_DB1_AT/keystone?charset=utf8
token provider fernet
cache enabled true
cache backend oslo_cache.memcache_pool
cache memcache_servers $caches
oslo_middleware enable_proxy_headers_parsing true
END

set_options /etc/heat/heat.conf <<END
DEFAULT transport_url rabbit://openstack:$LAB_RABBIT_ENCODED@$LAB_MQ1_AT:5672/
DEFAULT num_engine_workers 1
DEFAULT auth_encryption_key $LAB_ENCRYPTION_KEY
DEFAULT heat_metadata_server_url http://$LAB_LB1_AT:8000
DEFAULT heat_waitcondition_server_url http://$LAB_LB1_AT:8000/v1/waitcondition
DEFAULT stack_user_domain_name heat
DEFAULT stack_domain_admin heat_domain_admin
DEFAULT stack_domain_admin_password $LAB_HEAT_DOMAIN_ADMIN
DEFAULT region_name_for_services RegionOne
DEFAULT log_dir /var/log/heat
oslo_messaging_notifications driver messagingv2
database connection mysql+pymysql://heat:$LAB_DATABASE@$LAB_DB1_AT/heat?charset=utf8
clients_keystone auth_uri $identity
ec2authtoken auth_uri $identity
keystone_authtoken www_authenticate_uri $identity
keystone_authtoken auth_url $identity
keystone_authtoken auth_type password
keystone_authtoken username heat
keystone_authtoken password $LAB_HEAT
keystone_authtoken project_name service
keystone_authtoken project_domain_name Default
keystone_authtoken user_domain_name Default
keystone_authtoken region_name RegionOne
keystone_authtoken memcached_servers $caches
trustee auth_type password
trustee auth_url $identity
trustee username heat
trustee password $LAB_HEAT
trustee user_domain_name Default
oslo_middleware enable_proxy_headers_parsing true
END

umask 077
cat >/root/admin-openrc <<END
export OS_AUTH_URL=$identity/v3
export OS_IDENTITY_API_VERSION=3
export OS_USERNAME=admin
export OS_PASSWORD=$LAB_ADMIN
export OS_PROJECT_NAME=admin
export OS_USER_DOMAIN_NAME=Default
export OS_PROJECT_DOMAIN_NAME=Default
export OS_REGION_NAME=RegionOne
END
