# Heat and Keystone have a vhost and a user each; what is left uses the first vhost.
for service in heat keystone; do
    rabbitmqctl -q add_vhost "$service"
    rabbitmqctl -q add_user "$service" -- "$LAB_RABBIT"
    rabbitmqctl -q set_permissions -p "$service" "$service" '.*' '.*' '.*'
    rabbitmqctl -q set_permissions -p "$service" monitor '^$' '^$' '.*'
done
