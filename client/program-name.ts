/** How people call the command line: by its own name where it is installed, by npm in a checkout. */
export const programName = __filename.endsWith('.ts') ? 'npm run upgrade --' : 'openstack-upgrade';
