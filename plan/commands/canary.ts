import type { ServiceProof } from '../../catalog/service';
import type { RuleId } from '../../catalog/rules';
import type { Effect } from '../../schema/effect';
import type { HostName } from '../../schema/names';
import type { Change } from '../../schema/plan';
import { lines, raw, sh, type ShellText } from '../../shell/sh';
import { change } from '../change';
import { openstackCheck, programPath, type ProofProgram } from './programs';

/** Proofs that make something through an API, use it and take it away again. */
export type MadeThing = Exclude<ServiceProof['kind'], 'token'>;

export type Verb = 'create' | 'show' | 'check' | 'update' | 'delete';

interface Words {
  readonly noun: string;
  readonly one: string;
  /** What the canary is made for. */
  readonly purpose: string;
  /** Absent: openstack-check. */
  readonly program?: ProofProgram;
  /** Of openstack-check, which has `image-create` beside the stack's `create`. */
  readonly prefix: '' | `${string}-`;
  /** What is done with the canary after the upgrade, while everything is still closed: a look is enough. */
  readonly looked: Verb;
  /**
   * What a rollback looks at before it opens. Null: a part of it lies in files, which went with the canary where the run that is undone had
   * come to its end.
   */
  readonly lookedAfterRollback: Verb | null;
  /** And once it is open. */
  readonly used: readonly Verb[];
  readonly rules: readonly RuleId[];
}

export const madeThings: Readonly<Record<MadeThing, Words>> = {
  stack: {
    noun: 'stack',
    one: 'a stack',
    purpose: 'to be updated after the upgrade',
    prefix: '',
    looked: 'show',
    lookedAfterRollback: 'show',
    used: ['check', 'update'],
    rules: ['R-HEAT-26', 'R-OPS-43', 'R-OPS-54', 'trap 38'],
  },
  image: {
    noun: 'image',
    one: 'an image',
    purpose: 'to be downloaded after the upgrade',
    prefix: 'image-',
    looked: 'check',
    lookedAfterRollback: null,
    used: [],
    rules: ['R-OPS-43', 'R-OPS-54'],
  },
  'resource-provider': {
    noun: 'resource provider',
    one: 'a resource provider',
    purpose: 'to be read after the upgrade',
    prefix: 'provider-',
    looked: 'check',
    lookedAfterRollback: 'check',
    used: [],
    rules: ['R-OPS-43', 'R-OPS-54'],
  },
  metric: {
    noun: 'metric',
    one: 'a metric',
    purpose: 'to be measured again after the upgrade',
    program: 'gnocchi-check',
    prefix: '',
    looked: 'check',
    lookedAfterRollback: null,
    used: [],
    rules: ['R-OPS-43', 'R-OPS-54'],
  },
};

/** From before the upgrade, or a new one through one host's own API. */
export type Made = { readonly when: 'before' } | { readonly when: 'after'; readonly host: HostName };

/** One thing, one verb, through the API at this address. A create that was done already and a delete of nothing succeed. */
export function makeThing(options: {
  credentials: string;
  id: string;
  title: string;
  kind: MadeThing;
  verb: Verb;
  url: string;
  made: Made;
  /** It may stay where nobody serves: services that are stopped on purpose cannot be asked. */
  maySurvive?: boolean;
}): Change {
  const { credentials, id, title, kind, verb, url, made, maySurvive = false } = options;
  const name =
    made.when === 'before'
      ? sh`"openstack-upgrade-canary-$POINT"`
      : sh`${`openstack-upgrade-proof-${made.host}-`}"$OSU_RUN"`;
  const { program = 'openstack-check' } = madeThings[kind];
  const asked = openstackCheck({
    credentials,
    program,
    arguments: sh`${raw(`${madeThings[kind].prefix}${verb}`)} ${url} ${name} ${240}`,
  });
  return change({
    id,
    title,
    check: null,
    run: lines(
      // A run that stopped early has not even the program that makes it.
      verb === 'delete' ? sh`test -e ${programPath(program)} || { echo 'it was never made'; exit 0; }` : null,
      maySurvive ? whereServed({ asked, name }) : asked,
    ),
    effects: effectsOf(options),
    onInterrupted: 'rerun',
    timeoutSeconds: 300,
    requirements: madeThings[kind].rules,
  });
}

/** 75: nobody answers (openstack-check). */
function whereServed({ asked, name }: { asked: ShellText; name: ShellText }): ShellText {
  return sh`
    code=0
    ${asked} || code=$?
    test $code -ne 75 || { echo 'its API does not answer, so it stays. Delete it when the API serves again:' ${name}; exit 0; }
    test $code -eq 0 || exit $code
  `;
}

function effectsOf({ kind, verb, made }: { kind: MadeThing; verb: Verb; made: Made }): Effect[] {
  if (verb !== 'create' && verb !== 'delete') return [];
  const whose = made.when === 'before' ? 'from before' : `of ${made.host}`;
  return [{ kind: 'thing', thing: `canary: ${madeThings[kind].noun} ${whose}`, exists: verb === 'create' }];
}
