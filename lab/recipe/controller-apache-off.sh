# As controller-off.sh, where Keystone is a site of Apache, and Placement where it is asked for. Debian's init script would come
# back as a unit: the new package has none, and dpkg leaves a configuration file that is gone from its package.
for name in keystone placement-api; do
    if [ -e "/etc/init.d/$name" ]; then
        update-rc.d "$name" remove
        rm -f "/etc/init.d/$name"
    fi
done
systemctl disable apache2.service heat-api.service heat-api-cfn.service heat-engine.service memcached.service
