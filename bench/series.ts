/** What was measured, as data. Everything that is printed or written is computed from it. */
export interface Series {
  readonly title: string;
  /** How to read it: what is counted, what is fair and what is not. */
  readonly notes: readonly string[];
  readonly columns: readonly Column[];
  /** Name of the row that every ratio is taken to, and what stands over the ratios: `x ours`. */
  readonly reference: string;
  readonly ratioTitle: string;
  readonly rows: readonly Row[];
  readonly targets: readonly Target[];
}

export interface Column {
  readonly id: string;
  /** With the unit: `wall s`. */
  readonly title: string;
  readonly digits: number;
  /** The ratio to the reference is printed beside it. */
  readonly withRatio: boolean;
}

export type Row =
  | { readonly kind: 'measured'; readonly name: string; readonly runs: readonly Run[] }
  /** What the machine lacks, or how the program failed. */
  | { readonly kind: 'notMeasured'; readonly name: string; readonly why: string };

export interface Run {
  /** By column id. */
  readonly figures: Readonly<Record<string, number>>;
  /** Share of all processors that other programs had meanwhile, 0 to 1. */
  readonly foreignLoad: number;
}

/** A promise of the product: the median in this column of this row is at most so much. */
export interface Target {
  readonly row: string;
  readonly column: string;
  readonly atMost: number;
  readonly unit: string;
}
