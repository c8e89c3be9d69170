# Beside Keystone the same Apache has a site that is no part of any upgrade: a status page on a port of its own.
mkdir -p /var/www/status
echo 'all is well' >/var/www/status/index.html
cat >/etc/apache2/sites-available/status.conf <<'END'
Listen 8088
<VirtualHost *:8088>
    DocumentRoot /var/www/status
    ErrorLog /var/log/apache2/status.log
    CustomLog /var/log/apache2/status_access.log combined
</VirtualHost>
END
echo "ServerName $(hostname)" >/etc/apache2/conf-available/name.conf
a2enconf -q name
a2ensite -q status
