# The worker: it reaches the cloud's hosts by SSH and nothing listens in it.
# Debian, not Alpine: Temporal's native core is built for glibc only.
FROM node:20-bookworm-slim

# For clouds whose file asks for OpenSSH's own client (ProxyCommand, smart cards, an existing ssh_config).
RUN apt-get update \
    && apt-get install --yes --no-install-recommends openssh-client \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/openstack-upgrade
COPY package.json package-lock.json .npmrc ./
# The core comes for five platforms, some 25 MB each; one is this one.
RUN npm ci \
    && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
        ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} +

# Only what runs. Keys and cloud files are mounted, never copied: an image is handed around.
COPY tsconfig.json ./
COPY schema schema
COPY shell shell
COPY programs programs
COPY catalog catalog
COPY plan plan
COPY report report
COPY remote remote
COPY activities activities
COPY workflows workflows
COPY worker worker

ENV NODE_ENV=production
USER node
CMD ["node", "--import", "tsx", "worker/main.ts"]
