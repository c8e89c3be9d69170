/** One part of `npm test`, in the order in which they run. */
export type Stage =
  /** An npm script such as `check:types`; counts as one test. */
  | { readonly kind: 'check'; readonly name: string }
  /** Finding, downloading or building the Temporal dev server; counts as one test. */
  | { readonly kind: 'server'; readonly name: 'server' }
  /** One project of jest.config.cjs. Lab tests share one lab, so they run one after the other. */
  | { readonly kind: 'jest'; readonly name: JestProject; readonly needsServer: boolean; readonly oneByOne: boolean }
  /** Tests that this machine cannot run; each counts as one skipped test. */
  | { readonly kind: 'skip'; readonly name: string; readonly tests: readonly string[]; readonly why: string };

type JestProject = 'unit' | 'temporal' | 'package' | 'lab';

/** What the decision depends on. */
export type Machine = {
  readonly platform: string;
  readonly isRoot: boolean;
  /** Names of the npm scripts that begin with `check:`, as package.json lists them. */
  readonly checks: readonly string[];
  readonly labTests: readonly string[];
  readonly packageTests: readonly string[];
  /** Whether packages can be installed: by npm's own ping. */
  readonly reachesRegistry: boolean;
};

/** What `--only` understands. */
export const parts = ['check', 'unit', 'temporal', 'package', 'lab'] as const;
export type Part = (typeof parts)[number];

/** Decides what runs: the cheapest first, and the server only where something needs it. */
export const decideStages = ({ only, machine }: { only: readonly Part[]; machine: Machine }): readonly Stage[] => {
  const lab = labStage(machine);
  const stages: readonly { readonly part: Part; readonly stage: Stage }[] = [
    ...machine.checks.map((name) => ({ part: 'check' as const, stage: { kind: 'check' as const, name } })),
    { part: 'unit', stage: { kind: 'jest', name: 'unit', needsServer: false, oneByOne: false } },
    { part: 'temporal', stage: { kind: 'jest', name: 'temporal', needsServer: true, oneByOne: false } },
    { part: 'package', stage: packageStage(machine) },
    { part: 'lab', stage: lab },
  ];
  const wanted = stages.filter(({ part }) => only.includes(part)).map(({ stage }) => stage);
  const firstInNeed = wanted.findIndex((stage) => stage.kind === 'jest' && stage.needsServer);
  return firstInNeed === -1 ? wanted : wanted.toSpliced(firstInNeed, 0, { kind: 'server', name: 'server' });
};

const packageStage = ({ reachesRegistry, packageTests }: Machine): Stage =>
  reachesRegistry
    ? { kind: 'jest', name: 'package', needsServer: true, oneByOne: false }
    : {
        kind: 'skip',
        name: 'package',
        tests: packageTests,
        why: 'npm reaches no registry, and they install the package into projects of their own',
      };

const labStage = ({ platform, isRoot, labTests }: Machine): Stage => {
  if (platform === 'linux' && isRoot) return { kind: 'jest', name: 'lab', needsServer: true, oneByOne: true };
  const why =
    platform === 'linux'
      ? 'the lab boots hosts with systemd-nspawn, which needs root'
      : `the lab boots hosts with systemd-nspawn, which needs Linux (this is ${platform})`;
  return { kind: 'skip', name: 'lab', tests: labTests, why };
};

/**
 * Reads the command line: `--only unit,temporal`.
 *
 * @throws an Error with the right spelling
 */
export const usage = `Usage: npm test -- --only ${parts.join(',')} (one or more of them; default: all)`;

export const parseOnly = (args: readonly string[]): readonly Part[] => {
  if (args.length === 0) return parts;
  const [option, value] = args[0]?.startsWith('--only=') ? ['--only', args[0].slice('--only='.length)] : args;
  const named = (value ?? '').split(',').filter((name) => name !== '');
  const known = parts.filter((part) => named.includes(part));
  if (option !== '--only' || named.length === 0 || known.length !== named.length) {
    throw new Error(`${usage}; got: ${args.join(' ')}`);
  }
  return known;
};
