import type { ServiceName } from '../../schema/names';
import { behind, readyServers, type CloudState, type Process } from '../cloud-state';

/** Who answers users, a line for each service: "heat: ctl1 ctl2", "heat: ctl1 with the new code", "heat: nobody". */
export function servedNow(state: CloudState): string[] {
  const services = [...new Set(Object.values(state.before.units).map(({ service }) => service))];
  return services.map((service) => `${service}: ${serving({ state, service })}`);
}

function serving(options: { state: CloudState; service: ServiceName }): string {
  const { state, service } = options;
  const open = readyServers(state).flatMap((server) => {
    const process = behind({ state, server });
    return process?.service === service ? [{ host: hostOf(state.rotation[server]?.reaches ?? ''), process }] : [];
  });
  const hosts = [...new Set(open.map(({ host }) => host))];
  if (hosts.length === 0) return 'nobody';
  const words = hosts.map((host) => marked({ host, processes: open.filter((one) => one.host === host) }));
  return words.join(' ');
}

/** Where engines run, a line for each vhost: "engines on vhost /: ctl1 ctl2". */
export function enginesNow(state: CloudState): string[] {
  const engines = Object.entries(state.running).filter(
    ([, { role, channel }]) => role === 'engine' && channel !== null,
  );
  const channels = [...new Set(engines.map(([, { channel }]) => channel ?? ''))];
  return channels.map((channel) => {
    const own = engines.filter(([, process]) => process.channel === channel);
    const hosts = own.map(([id, process]) => marked({ host: hostOf(id), processes: [{ process }] }));
    return `${channel}: ${hosts.join(' ')}`;
  });
}

/** A star for the new release. */
function marked(options: { host: string; processes: readonly { readonly process: Process }[] }): string {
  return options.processes.some(({ process }) => process.release === 'target') ? `${options.host}*` : options.host;
}

const hostOf = (unitAtHost: string): string => unitAtHost.replace(/^.*@/, '');
