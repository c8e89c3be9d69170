# The worker: it reaches the cloud's hosts by SSH and nothing listens in it.
# Debian, not Alpine: Temporal's native core is built for glibc only.
FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY . .
# The package as it is published, and the peers that its worker needs in the versions that were tested with it.
RUN mkdir /package && npm ci && npm run build && npm pack --ignore-scripts --pack-destination /package \
    && node tools/build/worker-peers.cjs > /package/peers

FROM node:22-bookworm-slim
# For clouds whose file asks for OpenSSH's own client (ProxyCommand, smart cards, an existing ssh_config).
RUN apt-get update \
    && apt-get install --yes --no-install-recommends openssh-client \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/openstack-upgrade
COPY --from=build /package /package
# Keys and cloud files are mounted, never copied: an image is handed around.
# The core comes for five platforms, some 25 MB each; one is this one.
RUN npm install --no-audit --no-fund /package/*.tgz $(cat /package/peers) \
    && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
        ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} + \
    && rm -rf /root/.npm

ENV NODE_ENV=production PATH=/opt/openstack-upgrade/node_modules/.bin:$PATH
USER node
CMD ["openstack-upgrade-worker"]
