import { urlHost } from '../../catalog/platform/address';
import { hostAddress, type HostName } from '../machine/hosts';
import { familyOf } from '../packages/oddities';
import { readRunningState } from './running-state';

/** Where the running lab has a host. While none runs: where the usual one would have it. */
export function addressOf(host: HostName): string {
  return hostAddress({ host, family: familyOf(readRunningState()?.odd ?? []) });
}

/** Where an API of the running lab answers: at a controller, or as users reach it. */
export function apiUrl(options: { readonly address: string; readonly port: number }): string {
  const { address, port } = options;
  const odd = readRunningState()?.odd ?? [];
  const secure = odd.includes('tls') && port === 5000 && address === addressOf('lb1');
  return `${secure ? 'https' : 'http'}://${urlHost(address)}:${String(port)}`;
}
