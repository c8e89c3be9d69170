import { type CloudState, type Process } from '../cloud-state';
import { servicesOf, whoServes } from '../who-serves';

/** Who answers users, a line for each service: "heat: ctl1 ctl2", "heat: ctl1* ctl2", "heat: nobody". */
export function servedNow(state: CloudState): string[] {
  return servicesOf(state).map((service) => {
    const hosts = whoServes({ state, service }).map(({ host, release }) => (release === 'target' ? `${host}*` : host));
    return `${service}: ${hosts.join(' ') || 'nobody'}`;
  });
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
