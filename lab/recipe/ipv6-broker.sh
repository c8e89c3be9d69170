# Erlang looks names of nodes up in IPv4 alone until it is told otherwise; the same for the command line.
cat >/etc/rabbitmq/rabbitmq-env.conf <<'END'
SERVER_ADDITIONAL_ERL_ARGS="-kernel inetrc '/etc/rabbitmq/erl_inetrc' -proto_dist inet6_tcp"
CTL_ERL_ARGS="-proto_dist inet6_tcp"
END
echo '{inet6,true}.' >/etc/rabbitmq/erl_inetrc
