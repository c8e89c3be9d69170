# On the first controller: the tables of one service, or what it keeps elsewhere.
su -s /bin/sh -c "$LAB_SERVICE_PREPARE" "$LAB_SERVICE"
