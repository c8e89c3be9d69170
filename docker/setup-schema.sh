#!/bin/sh
# Creates Temporal's two databases, or brings them to the schema of this release. Runs before every start of the server;
# does nothing when all is there. Takes SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD from the environment.
set -eu

schemas=${SCHEMA_DIR:-/etc/temporal/schema/postgresql/v12}

set_up() {
    temporal-sql-tool --database "$1" create-database
    temporal-sql-tool --database "$1" setup-schema --version 0.0
    temporal-sql-tool --database "$1" update-schema --schema-dir "$schemas/$2/versioned"
}

set_up temporal temporal
set_up temporal_visibility visibility
