# As controller-off.sh, where Keystone is a site of Apache. Debian's init script would come back as a unit: the new package has
# none, and dpkg leaves a configuration file that is gone from its package.
update-rc.d keystone remove
rm -f /etc/init.d/keystone
systemctl disable apache2.service heat-api.service heat-api-cfn.service heat-engine.service memcached.service
