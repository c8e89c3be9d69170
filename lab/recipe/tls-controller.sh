# Whoever calls Keystone is told which CA to trust: it is in no host's own list.
set_options /etc/heat/heat.conf <<END
clients ca_file /etc/openstack/ca.crt
clients_keystone ca_file /etc/openstack/ca.crt
ec2authtoken ca_file /etc/openstack/ca.crt
keystone_authtoken cafile /etc/openstack/ca.crt
END
echo 'export OS_CACERT=/etc/openstack/ca.crt' >>/root/admin-openrc
