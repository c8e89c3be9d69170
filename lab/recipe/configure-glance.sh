# Glance on one controller: files only. Debian runs it with its own web server (no uwsgi): `workers` counts.
caches=$LAB_CTL1:11211,$LAB_CTL2:11211
identity=http://$LAB_LB1:5000
set_options /etc/glance/glance-api.conf <<END
DEFAULT workers 1
DEFAULT worker_self_reference_url http://$LAB_OWN_ADDRESS:9292
DEFAULT enabled_import_methods [glance-direct]
DEFAULT log_file /var/log/glance/glance-api.log
database connection mysql+pymysql://glance:$LAB_DATABASE@$LAB_DB1/glance?charset=utf8
glance_store stores file
glance_store default_store file
glance_store filesystem_store_datadir /var/lib/glance/images
paste_deploy flavor keystone
keystone_authtoken www_authenticate_uri $identity
keystone_authtoken auth_url $identity
keystone_authtoken auth_type password
keystone_authtoken username glance
keystone_authtoken password $LAB_EXTRA_SERVICES
keystone_authtoken project_name service
keystone_authtoken project_domain_name Default
keystone_authtoken user_domain_name Default
keystone_authtoken region_name RegionOne
keystone_authtoken memcached_servers $caches
oslo_middleware enable_proxy_headers_parsing true
END
