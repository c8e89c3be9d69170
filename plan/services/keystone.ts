import { sh } from '../../shell/sh';
import { change, probe } from '../change';
import { openstackCheck } from '../commands/programs';
import type { ScopedApi } from '../scope/scope';
import type { Procedure, ProcedureInput } from './procedure';

const tokenFile = sh`"$SECRETS/token"`;

/** Keystone's canary is a token issued before and used after: a cached one may turn into 500 (fact 13, trap 51). */
export const keystoneProcedure: Procedure = {
  prepare: ({ scope, scoped }) =>
    firstEndpoint(scoped).map(({ url }) =>
      change({
        id: 'keystone/canary-token',
        title: 'issue a token to be used after the upgrade',
        check: sh`test -s ${tokenFile}`,
        run: sh`
          mkdir -p "$SECRETS"
          ${openstackCheck({ credentials: scope.cloud.openstack.credentials, arguments: sh`issue-token ${`${url}/v3`} ${tokenFile}` })}
        `,
        effects: [{ kind: 'thing', thing: 'canary: keystone token', exists: true }],
        onInterrupted: 'rerun',
        timeoutSeconds: 120,
        requirements: ['R-OPS-72', 'trap 51'],
      }),
    ),
  started: (input) => [...newTokens(input), ...oldTokens(input)],
  verify: () => [],
  tidy: () => [],
  proofOn: () => [],
};

type Labelled = ProcedureInput & { readonly label: string };

function newTokens({ scope, scoped, label }: Labelled): ReturnType<typeof probe>[] {
  return endpoints(scoped).map(({ host, url }) =>
    probe({
      id: `${label}/new-token-${host}`,
      title: `Keystone on ${host} issues a token`,
      script: openstackCheck({
        credentials: scope.cloud.openstack.credentials,
        arguments: sh`issue-token ${`${url}/v3`} "$SECRETS/new-token"`,
      }),
      retryForSeconds: 120,
      requirements: ['R-OPS-43'],
    }),
  );
}

function oldTokens({ scope, scoped, label }: Labelled): ReturnType<typeof probe>[] {
  return endpoints(scoped).map(({ host, url }) =>
    probe({
      id: `${label}/old-token-${host}`,
      title: `Keystone on ${host} knows what to do with a token issued before`,
      script: openstackCheck({
        credentials: scope.cloud.openstack.credentials,
        arguments: sh`old-token ${`${url}/v3`} ${tokenFile}`,
      }),
      requirements: ['R-OPS-72', 'trap 51'],
    }),
  );
}

function endpoints(scoped: ProcedureInput['scoped']): ScopedApi['endpoints'] {
  return scoped.apis.flatMap((api) => api.endpoints);
}

function firstEndpoint(scoped: ProcedureInput['scoped']): ScopedApi['endpoints'] {
  return endpoints(scoped).slice(0, 1);
}
