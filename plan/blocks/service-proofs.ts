import type { HostName } from '../../schema/names';
import type { Step } from '../../schema/plan';
import { type Made, type MadeThing, madeThings, makeThing, type Verb } from '../commands/canary';
import type { ProofProgram } from '../commands/programs';
import { keepToken, keptToken, newToken, secretsReady } from '../commands/token-proof';
import type { Scope, ScopedApi, ScopedService } from '../scope/scope';

/*
 * What a service's proof (catalog) means in an order: canaries made before, proofs by behaviour after its start and before
 * opening, and their removal. All of it runs on the host that holds the administrator's credentials.
 */

interface Proved {
  readonly scope: Scope;
  readonly scoped: ScopedService;
}

type Labelled = Proved & { readonly label: string };

/** What the host calls that holds the administrator's credentials. */
export function proofPrograms({ services }: Pick<Scope, 'services'>): ProofProgram[] {
  const more = services.flatMap(({ service: { proof } }) =>
    proof === null || proof.kind === 'token' ? [] : (madeThings[proof.kind].program ?? []),
  );
  return [...new Set<ProofProgram>(['openstack-check', ...more])];
}

/** Where the proofs keep their token. */
export function secretsFor({ services }: Pick<Scope, 'services'>): Step[] {
  return services.some(({ service }) => service.proof !== null) ? [secretsReady] : [];
}

/** Made while everything serves, through the first host. */
export function canary(options: Proved): Step[] {
  const proof = proofOf(options);
  const [first] = endpoints(options);
  if (proof === null || first === undefined) return [];
  if (proof.kind === 'token') return [keepToken({ ...first, ...credentials(options) })];
  const { one, purpose } = madeThings[proof.kind];
  return [
    canaryStep({
      ...options,
      id: 'canary',
      kind: proof.kind,
      verb: 'create',
      url: first.url,
      title: `${one} ${purpose}`,
    }),
  ];
}

/** What is proved through the API of one host. Through several hosts it is proved side by side. */
export interface ProofThrough {
  readonly host: HostName;
  readonly steps: readonly Step[];
}

/** After its units run everywhere; the next service starts only when all of it holds (R-OPS-43). `label` begins the ids. */
export function provedAtStart(options: Labelled): ProofThrough[] {
  if (proofOf(options)?.kind !== 'token') return [];
  const { label } = options;
  return endpoints(options).map((endpoint) => {
    const through = { ...endpoint, ...credentials(options), label };
    return { host: endpoint.host, steps: [newToken(through), keptToken(through)] };
  });
}

/** Which part of a proof: `first` tells whether the service works at all, `then` what takes longer. */
export type ProofPart = 'first' | 'then';

/** What is new: made first, through every host by itself; used and taken away then. */
export function provedNew(options: Proved & { readonly parts: readonly ProofPart[] }): ProofThrough[] {
  const proof = proofOf(options);
  if (proof === null || proof.kind === 'token') return [];
  const { parts, scoped } = options;
  const verbs = parts.flatMap((part): readonly NewVerb[] => (part === 'first' ? ['create'] : ['check', 'delete']));
  return endpoints(options).map(({ host }) => ({
    host,
    steps: proofThrough({ ...options, host, label: scoped.service.name, verbs }),
  }));
}

/** What was made before still works: through another host than the one that made it, where there is one. Looked at first, changed then. */
export function provedFromBefore(options: Proved & { readonly parts: readonly ProofPart[] }): ProofThrough[] {
  const proof = proofOf(options);
  if (proof === null || proof.kind === 'token') return [];
  const { looked, used } = madeThings[proof.kind];
  const verbs = options.parts.flatMap((part) => (part === 'first' ? [looked] : used));
  return fromBefore({ ...options, label: options.scoped.service.name, kind: proof.kind, verbs });
}

/** What was made before is there again, as far as its database tells. `label` begins the ids. */
export function restoredFromBefore(options: Labelled): ProofThrough[] {
  const proof = proofOf(options);
  if (proof === null || proof.kind === 'token') return [];
  const { lookedAfterRollback: looked } = madeThings[proof.kind];
  return looked === null ? [] : fromBefore({ ...options, kind: proof.kind, verbs: [looked] });
}

/** It holds once the database is restored, or while the run lasts that made it: whoever ended that run has deleted it. */
export function isRestoredFromBefore({ id }: { readonly id: string }): boolean {
  return /^back-[^/]+\/canary-(?:show|check)$/.test(id);
}

function fromBefore(options: Labelled & { kind: MadeThing; verbs: readonly Verb[] }): ProofThrough[] {
  const { kind, verbs } = options;
  const { noun } = madeThings[kind];
  return endpoints(options)
    .slice(-1)
    .map(({ host, url }) => ({
      host,
      steps: verbs.map((verb) =>
        canaryStep({
          ...options,
          id: `canary-${verb}`,
          kind,
          verb,
          url,
          title: `the ${noun} from before through ${host}`,
        }),
      ),
    }));
}

/** `label` begins the id. */
export function canaryAway(options: Labelled & { readonly maySurvive?: boolean }): Step[] {
  const proof = proofOf(options);
  const [first] = endpoints(options);
  if (proof === null || proof.kind === 'token' || first === undefined) return [];
  const title = `the canary ${madeThings[proof.kind].noun}`;
  return [canaryStep({ ...options, id: 'canary-away', kind: proof.kind, verb: 'delete', url: first.url, title })];
}

type NewVerb = Exclude<Verb, 'show' | 'update'>;

/** Something new through one host's own API, whatever else serves. `verbs`: all, from its create to its delete, or a part of these. */
export function proofThrough(
  options: Labelled & { readonly host: HostName; readonly verbs?: readonly NewVerb[] },
): Step[] {
  const { scoped, host, label, verbs = ['create', 'check', 'delete'] } = options;
  const proof = proofOf(options);
  if (proof === null || proof.kind === 'token') return [];
  const { kind, api } = proof;
  return endpoints({ scoped })
    .filter((endpoint) => endpoint.host === host)
    .flatMap(({ url }) =>
      verbs.map((verb) =>
        makeThing({
          ...credentials(options),
          id: `${label}/proof-${verb}-${host}`,
          title: `${verb} ${madeThings[kind].one} through ${api} on ${host}`,
          kind,
          verb,
          url,
          made: { when: 'after', host },
        }),
      ),
    );
}

function canaryStep(
  options: Proved & {
    label?: string;
    id: string;
    title: string;
    kind: MadeThing;
    verb: Verb;
    url: string;
    maySurvive?: boolean;
  },
): ReturnType<typeof makeThing> {
  const { scoped, label = scoped.service.name, id, title, kind, verb, url, maySurvive = false } = options;
  const made: Made = { when: 'before' };
  return makeThing({
    ...credentials(options),
    id: `${label}/${id}`,
    title: `${verb} ${title}`,
    kind,
    verb,
    url,
    made,
    maySurvive,
  });
}

const proofOf = ({ scoped }: Pick<Proved, 'scoped'>): ScopedService['service']['proof'] => scoped.service.proof;

const credentials = ({ scope }: Pick<Proved, 'scope'>): { credentials: string } => scope.cloud.openstack;

/** Of the API that the proof goes through. */
function endpoints({ scoped }: Pick<Proved, 'scoped'>): ScopedApi['endpoints'] {
  const { proof } = scoped.service;
  return scoped.apis
    .filter(({ api }) => proof !== null && (proof.kind === 'token' || api.name === proof.api))
    .flatMap((api) => api.endpoints);
}
