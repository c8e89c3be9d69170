import type { CloudFacts } from '../../catalog/facts';
import type { HostName } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import type { RollingScope, SideEngineScope } from '../scope/rolling-scope';
import { finding } from './finding';

/** A second engine needs what the first has, and half of it again for the time of its start. */
export function roomOn(options: { rolling: RollingScope; facts: CloudFacts; host: HostName }): {
  readonly neededBytes: number;
  /** Null: it could not be read. */
  readonly availableBytes: number | null;
  readonly enough: boolean;
} {
  const { rolling, facts, host } = options;
  const room = facts.hosts.find((one) => one.host === host)?.packages?.engineRoom[rolling.scoped.service.name];
  const neededBytes = (room?.engineBytes ?? 0) * 1.5;
  const availableBytes = room?.availableBytes ?? null;
  return { neededBytes, availableBytes, enough: availableBytes !== null && availableBytes >= neededBytes };
}

export function roomFindings(options: { rolling: SideEngineScope; facts: CloudFacts }): Finding[] {
  return options.rolling.keeper.engines.flatMap((host) => {
    const { neededBytes, availableBytes, enough } = roomOn({ ...options, host });
    if (enough) return [];
    const megabytes = (bytes: number): string => `${String(Math.round(bytes / 1e6))} MB`;
    return [
      finding({
        what: 'no-room-for-side-engine',
        level: 'blocker',
        host,
        text: `A second engine needs some ${megabytes(neededBytes)} of memory; ${availableBytes === null ? 'how much is available could not be read' : `${megabytes(availableBytes)} are available`}.`,
        remedy:
          'Free memory on this host, name another one in options.rolling.keeper, or, where none has room, go in the guide\'s order: "options": {"rolling": {"order": "guide"}}.',
        sources: ['R-HEAT-30'],
      }),
    ];
  });
}
