import { existsSync, readdirSync } from 'node:fs';
import { must, run } from './command';
import { type AddressFamily, allHostNames, bridgeAddress, callerAddress, type HostName, prefixLength } from './hosts';
import { instanceSuffix } from './instance';
import { unmount } from './overlay';

const bridgeNamespace = `osu-lab${instanceSuffix}`;
/** At most 15 characters, or the kernel refuses it. */
export const callerLink = instanceSuffix === '' ? 'osulab0' : `osu${instanceSuffix}`;

/**
 * Fixed, because a bridge without an address of its own takes the lowest one of its cables: when the host with that
 * cable is switched off, everybody sends to an address that is gone until ARP forgets it, more than a minute later.
 * 02 marks an address that no manufacturer gave; the rest is the bridge's IP address.
 */
const bridgeHardwareAddress = ['02', '00', ...bridgeAddress('ipv4').split('.').map(hexadecimal)].join(':');

/** The network namespace of one host. */
export function namespaceOf(host: HostName): string {
  return `${bridgeNamespace}-${host}`;
}

export const namespacePath = (name: string): string => `/run/netns/${name}`;

/** The bridge in a namespace of its own and the cable to whoever calls: the only way in, and none out. Repairs both. */
export async function raiseBridge(family: AddressFamily): Promise<void> {
  if (!existsSync(namespacePath(bridgeNamespace))) await ip(`netns add ${bridgeNamespace}`);
  if (!(await linkExists({ namespace: bridgeNamespace, link: 'br0' }))) {
    await ip(`-n ${bridgeNamespace} link add br0 type bridge`);
  }
  await ip(`-n ${bridgeNamespace} link set br0 address ${bridgeHardwareAddress}`);
  await ip(
    `-n ${bridgeNamespace} addr replace ${onLink({ family, address: bridgeAddress(family) })} dev br0${atOnce[family]}`,
  );
  await ip(`-n ${bridgeNamespace} link set br0 up`);
  await ip(`-n ${bridgeNamespace} link set lo up`);
  if (!(await callerLinkExists())) {
    await ip(`link add ${callerLink} type veth peer name caller netns ${bridgeNamespace}`);
  }
  await ip(`-n ${bridgeNamespace} link set caller master br0 up`);
  await ip(`addr replace ${onLink({ family, address: callerAddress(family) })} dev ${callerLink}${atOnce[family]}`);
  await ip(`link set ${callerLink} up`);
}

/** A namespace with one cable into the bridge. What an earlier boot of the host left is replaced. */
export async function plugHost(options: {
  readonly host: HostName;
  readonly family: AddressFamily;
  readonly address: string;
}): Promise<void> {
  const { family, address } = options;
  const namespace = namespaceOf(options.host);
  if (existsSync(namespacePath(namespace))) await ip(`netns delete ${namespace}`);
  if (await linkExists({ namespace: bridgeNamespace, link: options.host })) {
    await ip(`-n ${bridgeNamespace} link delete ${options.host}`);
  }
  await ip(`netns add ${namespace}`);
  await ip(`-n ${bridgeNamespace} link add ${options.host} type veth peer name host0 netns ${namespace}`);
  await ip(`-n ${bridgeNamespace} link set ${options.host} master br0 up`);
  await ip(`-n ${namespace} addr add ${onLink({ family, address })} dev host0${atOnce[family]}`);
  await ip(`-n ${namespace} link set lo up`);
  await ip(`-n ${namespace} link set host0 up`);
}

/** Runs a program inside the namespace of the bridge. */
export function inBridgeNamespace(argv: readonly string[]): string[] {
  return ['ip', 'netns', 'exec', bridgeNamespace, ...argv];
}

export async function dropNetwork(): Promise<void> {
  if (await callerLinkExists()) await ip(`link delete ${callerLink}`);
  for (const name of labNamespaces()) await ip(`netns delete ${name}`);
  // `ip netns add` makes the folder a mount of its own; without namespaces of others in it nobody needs it.
  if (existsSync('/run/netns') && readdirSync('/run/netns').length === 0) await unmount('/run/netns');
}

/** The lab's namespaces that exist now. */
export function labNamespaces(): string[] {
  const names = [bridgeNamespace, ...allHostNames.map((host) => namespaceOf(host))];
  return names.filter((name) => existsSync(namespacePath(name)));
}

/** Without it the kernel looks for a second owner of an IPv6 address first, and nobody can bind it meanwhile. */
const atOnce: Readonly<Record<AddressFamily, string>> = { ipv4: '', ipv6: ' nodad' };

function onLink(options: { readonly family: AddressFamily; readonly address: string }): string {
  return `${options.address}/${prefixLength[options.family]}`;
}

async function callerLinkExists(): Promise<boolean> {
  return (await run({ argv: ['ip', 'link', 'show', callerLink] })).exitCode === 0;
}

async function linkExists(options: { readonly namespace: string; readonly link: string }): Promise<boolean> {
  return (await run({ argv: ['ip', '-n', options.namespace, 'link', 'show', options.link] })).exitCode === 0;
}

async function ip(words: string): Promise<void> {
  await must({ argv: ['ip', ...words.split(' ')] });
}

function hexadecimal(part: string): string {
  return Number(part).toString(16).padStart(2, '0');
}
