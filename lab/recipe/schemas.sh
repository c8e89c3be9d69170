# On the first controller: schemas, keys and the first user, which the second controller shares.
as() { # USER COMMAND
    su -s /bin/sh -c "$2" "$1"
}
as keystone 'keystone-manage db_sync' &
as heat 'heat-manage db_sync' &
for job in $(jobs -p); do wait "$job"; done
keystone-manage fernet_setup --keystone-user keystone --keystone-group keystone
keystone-manage credential_setup --keystone-user keystone --keystone-group keystone
identity=$LAB_IDENTITY/v3
OS_BOOTSTRAP_PASSWORD=$LAB_ADMIN keystone-manage bootstrap --bootstrap-username admin --bootstrap-region-id RegionOne \
    --bootstrap-admin-url "$identity" --bootstrap-internal-url "$identity" --bootstrap-public-url "$identity"
