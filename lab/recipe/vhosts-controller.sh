# Heat's messages and Keystone's notifications, each on a vhost of their own.
echo "DEFAULT transport_url rabbit://heat:$LAB_RABBIT_ENCODED@$LAB_MQ1_AT:5672/heat" | set_options /etc/heat/heat.conf
set_options /etc/keystone/keystone.conf <<END
DEFAULT transport_url rabbit://keystone:$LAB_RABBIT_ENCODED@$LAB_MQ1_AT:5672/keystone
oslo_messaging_notifications driver messagingv2
END
