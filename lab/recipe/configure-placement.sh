# Placement on one controller: files only.
caches=$LAB_CTL1:11211,$LAB_CTL2:11211
identity=http://$LAB_LB1:5000
sed -i -e 's/^processes = .*/processes = 1/' -e 's/^threads = .*/threads = 8/' /etc/placement/placement-api-uwsgi.ini
set_options /etc/placement/placement.conf <<END
placement_database connection mysql+pymysql://placement:$LAB_DATABASE@$LAB_DB1/placement?charset=utf8
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
