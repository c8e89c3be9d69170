import type { Effect } from '../../schema/effect';
import type { Step } from '../../schema/plan';
import { sh, type ShellText } from '../../shell/sh';
import { change } from '../change';
import { openstackCheck } from '../commands/programs';
import type { ScopedApi } from '../scope/scope';
import type { Procedure, ProcedureInput } from './procedure';

/** A Heat without one of its libraries passes every liveness check and breaks every create (C.6): stacks are the proof. */
export const heatProcedure: Procedure = {
  prepare: (input) =>
    endpoints(input)
      .slice(0, 1)
      .map(({ url }) =>
        stackChange({
          input,
          id: 'heat/canary',
          title: 'create a stack to be updated after the upgrade',
          verb: 'create',
          url,
          name: canary,
          of: 'stack from before',
        }),
      ),
  started: () => [],
  verify: (input) => [
    ...endpoints(input).flatMap(({ host }) => proofOn({ input, host, label: 'heat' })),
    ...canaryProof(input),
  ],
  tidy: (input) =>
    endpoints(input)
      .slice(0, 1)
      .map(({ url }) =>
        stackChange({
          input,
          id: 'heat/canary-away',
          title: 'delete the canary stack',
          verb: 'delete',
          url,
          name: canary,
          of: 'stack from before',
        }),
      ),
  proofOn: ({ host, label, ...input }) => proofOn({ input, host, label }),
};

const canary = sh`"openstack-upgrade-canary-$OSU_RUN"`;

/** A new stack, from its create to its delete, through this host's API alone. */
function proofOn(options: { input: ProcedureInput; host: string; label: string }): Step[] {
  const { input, host, label } = options;
  const name = sh`${`openstack-upgrade-proof-${host}-`}"$OSU_RUN"`;
  return endpoints(input)
    .filter((endpoint) => endpoint.host === host)
    .flatMap(({ url }) =>
      (['create', 'check', 'delete'] as const).map((verb) =>
        stackChange({
          input,
          id: `${label}/proof-${verb}-${host}`,
          title: `${verb} a stack through heat-api on ${host}`,
          verb,
          url,
          name,
          of: `stack of ${host}`,
        }),
      ),
    );
}

/** The stack from before: shown, checked, updated, on another host than the one that made it where there is one. */
function canaryProof(input: ProcedureInput): Step[] {
  return endpoints(input)
    .slice(-1)
    .flatMap(({ host, url }) =>
      (['check', 'update'] as const).map((verb) =>
        stackChange({
          input,
          id: `heat/canary-${verb}`,
          title: `${verb} the stack from before through ${host}`,
          verb,
          url,
          name: canary,
          of: 'stack from before',
        }),
      ),
    );
}

function stackChange(options: {
  input: ProcedureInput;
  id: string;
  title: string;
  verb: 'create' | 'check' | 'update' | 'delete';
  url: string;
  name: ShellText;
  /** In words, for what is there afterwards: "stack from before". */
  of: string;
}): Step {
  const { input, id, title, verb, url, name, of } = options;
  const run = openstackCheck({
    credentials: input.scope.cloud.openstack.credentials,
    arguments: sh`${verb} ${url} ${name} ${240}`,
  });
  return change({
    id,
    title,
    check: null,
    run,
    effects: effectsOf({ verb, of }),
    onInterrupted: 'rerun',
    timeoutSeconds: 300,
    requirements: ['R-HEAT-26', 'R-OPS-43', 'R-OPS-54', 'trap 38'],
  });
}

function effectsOf(options: { verb: 'create' | 'check' | 'update' | 'delete'; of: string }): Effect[] {
  const { verb, of } = options;
  if (verb === 'check' || verb === 'update') return [];
  return [{ kind: 'thing', thing: `canary: ${of}`, exists: verb === 'create' }];
}

function endpoints({ scoped }: ProcedureInput): ScopedApi['endpoints'] {
  return scoped.apis.filter(({ unit }) => unit === 'heat-api').flatMap((api) => api.endpoints);
}
