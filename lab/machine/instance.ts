/** The first three numbers of the lab's private network; nothing is routed out of it. */
const usualNetwork = '10.91.7';

/** `OSU_LAB_NETWORK`, for machines where the usual range is taken, or for a second lab beside the first. */
export const labNetwork = process.env['OSU_LAB_NETWORK'] ?? usualNetwork;

/**
 * Ends every name that this machine has only once (namespaces, control groups, run folders), so that a second lab on
 * another network stands beside the first. Empty for the usual network.
 */
export const instanceSuffix = labNetwork === usualNetwork ? '' : `-${labNetwork}`;

/** A sentence when the network's name cannot be one, or null. */
export function whyNetworkUnfit(): string | null {
  if (/^(10\.\d{1,3}|172\.(1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}$/.test(labNetwork)) return null;
  return `OSU_LAB_NETWORK is "${labNetwork}". Write the first three numbers of a private network, such as ${usualNetwork}.`;
}
