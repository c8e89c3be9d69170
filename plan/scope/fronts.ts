import type { Endpoint } from '../../catalog/platform/endpoints';
import type { Listener } from '../../catalog/platform/haproxy';
import { sameAddress } from '../../catalog/platform/address';

/** A front end of HAProxy, and who calls the API through it. */
export interface Front {
  readonly frontend: string;
  readonly backend: string;
  /** `both`: also one that chooses among several back ends. `unknown`: the catalogue of endpoints names none of its addresses, or could not be read. */
  readonly faces: 'users' | 'services' | 'both' | 'unknown';
}

/** By the endpoints that lead to each: `public` ones are for users, `internal` and `admin` ones for services. */
export function frontsOf(options: { listeners: readonly Listener[]; endpoints: readonly Endpoint[] }): Front[] {
  const { listeners, endpoints } = options;
  const names = [...new Set(listeners.map(({ frontend }) => frontend))];
  return names.map((frontend) => {
    const own = listeners.filter((one) => one.frontend === frontend);
    const interfaces = endpoints
      .filter((endpoint) => own.some((listener) => leadsTo({ endpoint, listener })))
      .map((endpoint) => endpoint.interface);
    const faces = own.some(({ routes }) => routes === true) ? 'both' : facesOf(interfaces);
    return { frontend, backend: own[0]?.backend ?? '', faces };
  });
}

function facesOf(interfaces: readonly Endpoint['interface'][]): Front['faces'] {
  if (interfaces.length === 0) return 'unknown';
  const users = interfaces.includes('public');
  const services = interfaces.some((one) => one !== 'public');
  return users && services ? 'both' : users ? 'users' : 'services';
}

/** A name that does not resolve may be any address: only the port is sure. */
function leadsTo({ endpoint, listener }: { endpoint: Endpoint; listener: Listener }): boolean {
  if (endpoint.port !== listener.port) return false;
  const { address } = listener;
  if (address === '0.0.0.0' || address === '::') return true;
  const known = isAddress(endpoint.host) ? [endpoint.host] : endpoint.addresses;
  return known.length === 0 || known.some((one) => sameAddress(one, address));
}

const isAddress = (host: string): boolean => /^[0-9.]+$/.test(host) || host.includes(':');
