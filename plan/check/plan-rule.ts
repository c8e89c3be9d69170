/**
 * What no plan may do to a cloud. Each names the moment in which it would happen. A plan that breaks one is refused
 * before a person is asked: it is a fault of the planner, never a question.
 */
export type PlanRule =
  /** A rolling run promises that every API has a server that answers (R-HEAT-9). */
  | 'nobodyServes'
  /** The load balancer sends requests to a process that does not run (R-OPS-56). */
  | 'requestsToStopped'
  /** An API whose vhost has no engine keeps every caller waiting for a minute (R-HEAT-20). */
  | 'apiWithoutEngine'
  /** What an engine has in hand when it stops stays in progress forever (R-HEAT-29, trap 1). */
  | 'engineStopsWithWork'
  /** Engines of two releases on one vhost take each other's messages (R-HEAT-17). */
  | 'releasesMeet'
  /** A process talks on a vhost that is not there. */
  | 'vhostGone'
  /** A step's id is the identity of its job: the second one would be found done and skipped. */
  | 'stepTwice'
  /** No restore without a dump that was verified and loaded (R-OPS-55, R-OPS-58); cold, also one with nobody writing. */
  | 'schemaWithoutRestorePoint'
  /** What a process writes while its database is replaced is lost, or lies half in the one and half in the other (R-OPS-61). */
  | 'restoreUnderService'
  /** Installed code works on a schema that the full upgrade has migrated: nothing promises that it can (R-OPS-57). */
  | 'oldCodeOnNewSchema'
  /** New code works on an old schema, and writes what the migration does not expect (R-OPS-42). */
  | 'startBeforeSchema'
  /** A process loads half of its modules from the other release (fact 14, R-OPS-74). */
  | 'codeUnderProcess'
  /** An agent starts while nobody takes what it sends: its proof waits for what cannot arrive (R-CEIL-23). */
  | 'startsForNobody'
  /** The end of a phase moves a server that none of its steps moved: where people move them, nobody is asked. */
  | 'endMovesServers'
  /** Of what goes side by side, one needs or undoes what another one does. */
  | 'lanesDepend'
  /** A probe waits for what its own plan has made impossible. */
  | 'proofContradicts'
  /** The rollback of a phase ends in another cloud than the one before the run. */
  | 'rollbackEndsElsewhere';

export interface Violation {
  readonly rule: PlanRule;
  /** Where: the phase, and the step with its host where there is one. */
  readonly at: string;
  readonly sentence: string;
}

/** A violation before it is known where. */
export type Fault = Omit<Violation, 'at'>;

export function fault(rule: PlanRule, sentence: string): Fault {
  return { rule, sentence };
}
