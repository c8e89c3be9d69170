/** The worker's door: the plugin. Programs that start and steer upgrades import `temporal-openstack-upgrade/client`. */
export { OpenStackUpgradePlugin, type OpenStackUpgradePluginOptions } from './worker/plugin';
export type { Deployment } from './worker/deployment';
