import type { UpgradeClient } from '../../client/upgrade-client';
import type { Load, LoadReport } from '../../lab/load/load';
import type { Gate } from '../../schema/decision';
import type { RunResult } from '../../schema/status';
import type { CloudChange } from './changed-cloud';

/** What a rolling upgrade was measured to do to people who worked meanwhile. */
export interface Roll {
  /** `completed`, or the question at which it stopped, or the error. */
  readonly end: string;
  readonly seconds: number;
  readonly kills: number;
  readonly load: LoadReport;
  /** Starts and ends of operations that the consumer of notifications never heard of. */
  readonly unheard: readonly string[];
  /** Stacks that are in progress although nobody asks for anything any more. */
  readonly leftInWork: string;
  /** What people were asked after the approval of the plan, in order. */
  readonly asked: readonly Gate[];
  /** By step, for how many seconds the status showed it as running at most. */
  readonly waited: Readonly<Record<string, number>>;
  readonly result: RunResult | null;
}

/** One line of the proof: what was done, what was seen, and whether it is what it should be. */
export interface Row {
  readonly what: string;
  readonly seen: string;
  readonly good: boolean;
}

/** One way for Heat to roll: what its request and its cloud file say, and what people do meanwhile. */
export interface RollOrder {
  /** As a line of the table begins: `guide`. */
  readonly name: string;
  /** The series that it goes to, from its neighbour. */
  readonly to: 'antelope' | 'bobcat';
  /** Services outside the run that it restarts. */
  readonly restart: readonly string[];
  /** `options.rolling` of the request; null: as it goes by itself. */
  readonly rolling: object | null;
  readonly change: CloudChange;
  /** Reads of each API. */
  readonly requestsPerSecond: number;
  /** How long the resources of each person's stacks take. */
  readonly resourceSeconds: readonly number[];
  readonly killsWorker: boolean;
  /** What is done to the cloud before anybody works on it. */
  readonly prepare: () => Promise<void>;
  readonly atGate: AtGate;
  /** What is looked at on the hosts afterwards. */
  readonly look: (options: { readonly name: string; readonly roll: Roll }) => Promise<readonly Row[]>;
}

/** What a person does at a question of the run. False: nobody should have been asked, and the roll ends there. */
export type AtGate = (options: {
  readonly client: UpgradeClient;
  readonly gate: Gate;
  readonly load: Load;
}) => Promise<boolean>;

/** With a side engine, as a request without options says. */
export const sideEngine: RollOrder = {
  name: 'roll',
  to: 'bobcat',
  restart: [],
  rolling: null,
  change: {},
  requestsPerSecond: 5,
  resourceSeconds: [5, 20, 45],
  killsWorker: true,
  prepare: () => Promise.resolve(),
  atGate: () => Promise.resolve(false),
  look: () => Promise.resolve([]),
};
