/** How much is measured. */
export interface Sizes {
  /** Every row is run so often, in turn with the others. */
  readonly rounds: number;
  readonly probes: number;
  readonly jobs: number;
  readonly attaches: number;
  readonly freshLogins: number;
  readonly hosts: number;
  readonly commandsPerHost: number;
  readonly outputBytes: number;
}

/** The figures the targets are stated for. */
export const fullSizes: Sizes = {
  rounds: 3,
  probes: 200,
  jobs: 50,
  attaches: 50,
  freshLogins: 20,
  hosts: 50,
  commandsPerHost: 20,
  outputBytes: 1024 ** 3,
};

/** For trying things out; start-up weighs more, so no target of the full size can be judged by it. */
export const quickSizes: Sizes = {
  rounds: 3,
  probes: 50,
  jobs: 10,
  attaches: 20,
  freshLogins: 5,
  hosts: 10,
  commandsPerHost: 4,
  outputBytes: 128 * 1024 ** 2,
};
