# The message broker's packages. mariadb-client and -server (masked) let a dump be tested away from production.
install_packages rabbitmq-server mariadb-client mariadb-server
# It reads its stdin, which is the rest of this script.
rabbitmq-plugins --offline enable rabbitmq_management </dev/null
systemctl disable rabbitmq-server.service
systemctl disable mariadb.service
systemctl mask mariadb.service
