import type { Service } from './service';

/**
 * Services in the order in which they start (R-OPS-44); stop is the reverse. Each comes after those that it needs or uses;
 * among those that are free to start, the order of the list. Services that are not in the list hold nobody up.
 */
export function inStartOrder(services: readonly Service[]): Service[] {
  if (services.length === 0) return [];
  const waits = ({ needs, uses }: Service): boolean =>
    services.some(({ name }) => needs.includes(name) || uses.includes(name));
  const first = services.find((service) => !waits(service));
  if (first === undefined) {
    throw new Error(
      `${services.map(({ name }) => name).join(', ')} need each other: see needs and uses in catalog/services`,
    );
  }
  return [first, ...inStartOrder(services.filter((service) => service !== first))];
}
