import type { ScopedService } from './scope';

/**
 * Services in the order in which they start, side by side those of which none needs another (R-OPS-43, R-OPS-44). Keeps their order
 * within a layer.
 */
export function startLayers(services: readonly ScopedService[]): Layers {
  return layers({ services, before: ({ service }) => service.needs });
}

/**
 * The same for the end of their work: what is in progress in one service may call those that it uses as well, so they close after it.
 */
export function workLayers(services: readonly ScopedService[]): Layers {
  return layers({ services, before: ({ service }) => [...service.needs, ...service.uses] }).toReversed();
}

export type Layers = readonly (readonly ScopedService[])[];

function layers(options: {
  services: readonly ScopedService[];
  before: (scoped: ScopedService) => readonly string[];
}): Layers {
  const { services, before } = options;
  if (services.length === 0) return [];
  const names = services.map(({ service }) => service.name);
  const next = services.filter((one) => !before(one).some((name) => names.includes(name)));
  // Services that need each other have no order among them: the catalog's is as good as any.
  const layer = next.length === 0 ? services.slice(0, 1) : next;
  return [layer, ...layers({ services: services.filter((one) => !layer.includes(one)), before })];
}
