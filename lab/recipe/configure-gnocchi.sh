# Gnocchi on one controller: files only. Measures and aggregates are in /var/lib/gnocchi, one folder for both controllers.
# metric_processing_delay is 60 s by default: tests of a lab wait for measures again and again.
sed -i -e 's/^processes = .*/processes = 1/' -e 's/^threads = .*/threads = 8/' /etc/gnocchi/gnocchi-api-uwsgi.ini
listen_on_ipv6 /etc/gnocchi/gnocchi-api-uwsgi.ini 8041
set_options /etc/gnocchi/gnocchi.conf <<END
DEFAULT log_file /var/log/gnocchi/gnocchi.log
api auth_mode keystone
indexer url mysql+pymysql://gnocchi:$LAB_DATABASE@$LAB_DB1_AT/gnocchi?charset=utf8
storage driver file
storage file_basepath /var/lib/gnocchi
incoming driver file
incoming file_basepath /var/lib/gnocchi
metricd workers 1
metricd metric_processing_delay 5
keystone_authtoken www_authenticate_uri $LAB_IDENTITY
keystone_authtoken auth_url $LAB_IDENTITY
keystone_authtoken auth_type password
keystone_authtoken username gnocchi
keystone_authtoken password $LAB_EXTRA_SERVICES
keystone_authtoken project_name service
keystone_authtoken project_domain_name Default
keystone_authtoken user_domain_name Default
keystone_authtoken region_name RegionOne
keystone_authtoken memcached_servers $LAB_CACHES
END
if odd tls; then echo 'keystone_authtoken cafile /etc/openstack/ca.crt' | set_options /etc/gnocchi/gnocchi.conf; fi
