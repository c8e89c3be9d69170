import type { Request } from '../../schema/request';
import { stagedOf, type Staged } from './lead';
import type { Scope } from './scope';

/** The order of a full upgrade, and the sentence that says why it is this one. */
export type FullOrder =
  { readonly staged: Staged; readonly why: string } | { readonly allAtOnce: true; readonly why: string };

/** What of each order is inside the outage and not inside that of the other one, in seconds. */
interface Cost {
  readonly packagesSeconds: number;
  readonly engineSeconds: number;
}

/**
 * Measured on hosts with two cores and disks of their own (README, "How long the APIs are closed"): apt replaces a package in 1.5 s; an engine leaves
 * in 25 s, of which 10 s are the second look for work in progress. They only have to be right about which is longer.
 */
const secondsPerPackage = 1.5;
const secondsPerEngine = 25;

export function fullOrderOf({ scope, request }: { scope: Scope; request: Request }): FullOrder {
  const wanted = request.options.full?.order;
  const staged = stagedOf(scope);
  if (!('scope' in staged)) return { allAtOnce: true, why: `A staged order is not possible: ${staged.why}.` };
  if (wanted !== undefined) {
    const why = 'The request wants it so.';
    return wanted === 'staged' ? { staged, why } : { allAtOnce: true, why };
  }
  const { packagesSeconds, engineSeconds } = costOf(scope);
  const compared = `packages would take some ${String(packagesSeconds)} s with everything closed`;
  return packagesSeconds > engineSeconds
    ? {
        staged,
        why: `Shorter outage: ${compared}${engineSeconds === 0 ? '' : `, and closing for an engine that leaves takes some ${String(engineSeconds)} s`}.`,
      }
    : {
        allAtOnce: true,
        why: `Shorter outage: ${compared}, less than the ${String(engineSeconds)} s for which everything closes while an engine leaves.`,
      };
}

function costOf({ services, packageSets }: Scope): Cost {
  const most = Math.max(0, ...packageSets.map(({ packages }) => packages.length));
  const engines = services.filter(({ service }) => service.units.some(({ api }) => api === null)).length;
  return { packagesSeconds: Math.round(most * secondsPerPackage), engineSeconds: engines * secondsPerEngine };
}
