# Node and npm as their registry has them.
set -eu
useradd --uid 1000 --create-home --shell /bin/bash node
install -m 0755 /lab/node/node_modules/node-linux-*/bin/node /usr/local/bin/node
mkdir -p /usr/local/lib/node_modules
cp -r /lab/node/node_modules/npm /usr/local/lib/node_modules/
ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
