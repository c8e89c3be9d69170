# Temporal's own command and schema tool, with the schemas of the server's module.
useradd --uid 1000 --create-home --shell /bin/bash temporal
install -m 0755 /lab/contents/temporal /lab/contents/temporal-sql-tool /usr/local/bin/
mkdir -p /etc/temporal/schema
cp -r /lab/contents/schema/postgresql /etc/temporal/schema/
