import type { CloudFile } from '../schema/cloud';
import type { Service } from './service';

/** The services with the ports that a cloud file names for their APIs; elsewhere the packages' own. */
export function withApiPorts(options: {
  services: readonly Service[];
  cloud: Pick<CloudFile, 'apis'>;
}): readonly Service[] {
  const { services, cloud } = options;
  const { apis } = cloud;
  if (apis === undefined) return services;
  return services.map((service) => ({
    ...service,
    units: service.units.map((unit) =>
      unit.api === null ? unit : { ...unit, api: { ...unit.api, port: apis[unit.api.name]?.port ?? unit.api.port } },
    ),
  }));
}
