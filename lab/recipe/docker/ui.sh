# Temporal's own web page and its image's start script.
useradd --uid 1000 --create-home --home-dir /home/ui-server --shell /bin/bash temporal
install -m 0755 /lab/contents/ui-server /lab/contents/start-ui-server.sh /home/ui-server/
install -D -m 0644 /lab/contents/docker.yaml /home/ui-server/config/docker.yaml
