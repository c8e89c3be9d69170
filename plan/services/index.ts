import { heatProcedure } from './heat';
import { keystoneProcedure } from './keystone';
import type { Procedure } from './procedure';

/** What each service adds to the common order. A service without an entry is upgraded without proofs of its own. */
const procedures: Readonly<Record<string, Procedure>> = { keystone: keystoneProcedure, heat: heatProcedure };

const nothing: Procedure = {
  prepare: () => [],
  started: () => [],
  verify: () => [],
  tidy: () => [],
  proofOn: () => [],
};

export function procedureOf(options: { service: string }): Procedure {
  return procedures[options.service] ?? nothing;
}
