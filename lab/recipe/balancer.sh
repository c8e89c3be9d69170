# The load balancer's packages.
install_packages haproxy
systemctl disable haproxy.service
