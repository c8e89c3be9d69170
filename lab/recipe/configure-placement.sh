# Placement on one controller: files only.
caches=$LAB_CACHES
identity=$LAB_IDENTITY
sed -i -e 's/^processes = .*/processes = 1/' -e 's/^threads = .*/threads = 8/' /etc/placement/placement-api-uwsgi.ini
listen_on_ipv6 /etc/placement/placement-api-uwsgi.ini 8778
set_options /etc/placement/placement.conf <<END
placement_database connection mysql+pymysql://placement:$LAB_DATABASE@$LAB_DB1_AT/placement?charset=utf8
api auth_strategy keystone
keystone_authtoken www_authenticate_uri $identity
keystone_authtoken auth_url $identity
keystone_authtoken auth_type password
keystone_authtoken username placement
keystone_authtoken password $LAB_EXTRA_SERVICES
keystone_authtoken project_name service
keystone_authtoken project_domain_name Default
keystone_authtoken user_domain_name Default
keystone_authtoken region_name RegionOne
keystone_authtoken memcached_servers $caches
END
if odd tls; then echo 'keystone_authtoken cafile /etc/openstack/ca.crt' | listen_on_ipv6 /etc/placement/placement-api-uwsgi.ini 8778
set_options /etc/placement/placement.conf; fi
