import { LabError } from './lab-error';

/** The first three numbers of the lab's private network; nothing is routed out of it. */
const usualNetwork = '10.91.7';

export const labNetwork = readNetwork();

/**
 * Ends every name that this machine has only once (namespaces, control groups, run folders), so that a second lab on
 * another network stands beside the first. Empty for the usual network.
 */
export const instanceSuffix = labNetwork === usualNetwork ? '' : `-${labNetwork}`;

/** `OSU_LAB_NETWORK`, for machines where the usual range is taken, or for a second lab. */
function readNetwork(): string {
  const text = process.env['OSU_LAB_NETWORK'] ?? usualNetwork;
  if (/^(10\.\d{1,3}|172\.(1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}$/.test(text)) return text;
  throw new LabError(
    `OSU_LAB_NETWORK is "${text}". Write the first three numbers of a private network, such as ${usualNetwork}.`,
  );
}
