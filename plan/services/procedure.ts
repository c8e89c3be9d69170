import type { HostName } from '../../schema/names';
import type { Step } from '../../schema/plan';
import type { Scope, ScopedService } from '../scope/scope';

/**
 * What one service adds to the common order: canaries made before, proofs by behaviour after its start and before
 * opening, and their removal. All of it runs on the host that holds the administrator's credentials.
 */
export interface Procedure {
  readonly prepare: (options: ProcedureInput) => readonly Step[];
  /** After its units run everywhere; the next service starts only when all of it holds (R-OPS-43). `label` begins the ids. */
  readonly started: (options: ProcedureInput & { readonly label: string }) => readonly Step[];
  /** The double check, every host by itself, while the load balancer is still closed. */
  readonly verify: (options: ProcedureInput) => readonly Step[];
  readonly tidy: (options: ProcedureInput) => readonly Step[];
  /** Behaviour through one host's own API, whatever else serves; `label` begins the ids. */
  readonly proofOn: (options: ProcedureInput & { readonly host: HostName; readonly label: string }) => readonly Step[];
}

export interface ProcedureInput {
  readonly scope: Scope;
  readonly scoped: ScopedService;
}
