/**
 * Source packages of OpenStack's services in the order in which they are restarted after libraries were replaced under them:
 * the guide's order of services (R-OPS-44), Gnocchi before those that write to it. What is not in the list comes last.
 */
const order: readonly string[] = [
  'keystone',
  'swift',
  'glance',
  'placement',
  'nova',
  'neutron',
  'cinder',
  'manila',
  'barbican',
  'designate',
  'octavia',
  'horizon',
  'heat',
  'gnocchi',
  'aodh',
  'ceilometer',
];

export function restartRank(sourcePackage: string): number {
  const rank = order.indexOf(sourcePackage);
  return rank < 0 ? order.length : rank;
}

/** Whether it is the source of one of OpenStack's services. */
export function isOpenStackService(sourcePackage: string): boolean {
  return order.includes(sourcePackage);
}
