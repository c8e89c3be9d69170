# On the first controller: the tables of one service.
su -s /bin/sh -c "$LAB_SERVICE_CREATE_SCHEMA" "$LAB_SERVICE"
