# RabbitMQ with one vhost for all services, as most clouds have it, and a user that may read everything.
start_for_good rabbitmq-server.service
wait_for 60 rabbitmqctl await_startup
rabbitmqctl -q add_user openstack -- "$LAB_RABBIT"
rabbitmqctl -q set_permissions openstack '.*' '.*' '.*'
rabbitmqctl -q add_user monitor -- "$LAB_MONITOR"
rabbitmqctl -q set_user_tags monitor monitoring
rabbitmqctl -q set_permissions monitor '^$' '^$' '.*'
