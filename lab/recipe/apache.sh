# Apache with mod_wsgi on a controller. Nothing of it starts before the host is configured.
install_packages apache2 libapache2-mod-wsgi-py3
systemctl disable apache2.service
