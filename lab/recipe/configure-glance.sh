# Glance on one controller: files only. Debian runs it with its own web server (no uwsgi): `workers` counts.
caches=$LAB_CACHES
identity=$LAB_IDENTITY
set_options /etc/glance/glance-api.conf <<END
DEFAULT workers 1
DEFAULT bind_host $LAB_EVERY_ADDRESS
DEFAULT worker_self_reference_url http://$LAB_OWN_AT:9292
DEFAULT enabled_import_methods [glance-direct]
DEFAULT log_file /var/log/glance/glance-api.log
database connection mysql+pymysql://glance:$LAB_DATABASE@$LAB_DB1_AT/glance?charset=utf8
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
if odd tls; then echo 'keystone_authtoken cafile /etc/openstack/ca.crt' | set_options /etc/glance/glance-api.conf; fi
# Its notifications go to the vhost that a broker has from the beginning.
if odd vhosts; then set_options /etc/glance/glance-api.conf <<END; fi
DEFAULT transport_url rabbit://openstack:$LAB_RABBIT_ENCODED@$LAB_MQ1_AT:5672/
oslo_messaging_notifications driver messagingv2
END
