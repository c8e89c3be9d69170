import type { Change, Probe } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { change, probe } from '../change';
import { openstackCheck } from './programs';

interface KeystoneAt {
  readonly credentials: string;
  readonly url: string;
}

const tokenFile = sh`"$SECRETS/token"`;

/** The canary is a token issued before and used after: a cached one may turn into 500 (fact 13, trap 51). */
export function keepToken(options: KeystoneAt): Change {
  const { credentials, url } = options;
  return change({
    id: 'keystone/canary-token',
    title: 'issue a token to be used after the upgrade',
    check: sh`test -s ${tokenFile}`,
    run: sh`
      mkdir -p "$SECRETS"
      ${openstackCheck({ credentials, arguments: sh`issue-token ${`${url}/v3`} ${tokenFile}` })}
    `,
    effects: [{ kind: 'thing', thing: 'canary: keystone token', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 120,
    requirements: ['R-OPS-72', 'trap 51'],
  });
}

/** There is a token from before only while the run lasts that issued it. */
export function isOldTokenProof({ id }: { readonly id: string }): boolean {
  return /\/old-token-/.test(id);
}

/** Where tokens lie while a run lasts; one that issues none before has to make it. */
export const secretsReady: Change = change({
  id: 'secrets/ready',
  title: 'make a directory for tokens',
  check: sh`test -d "$SECRETS"`,
  run: sh`mkdir -p "$SECRETS"`,
  effects: [{ kind: 'thing', thing: 'helper: tokens', exists: true }],
  onInterrupted: 'rerun',
  timeoutSeconds: 60,
  requirements: [],
});

export function newToken(options: KeystoneAt & { host: string; label: string }): Probe {
  const { credentials, url, host, label } = options;
  return probe({
    id: `${label}/new-token-${host}`,
    title: `Keystone on ${host} issues a token`,
    script: openstackCheck({ credentials, arguments: sh`issue-token ${`${url}/v3`} "$SECRETS/new-token"` }),
    retryForSeconds: 120,
    requirements: ['R-OPS-43'],
  });
}

export function keptToken(options: KeystoneAt & { host: string; label: string }): Probe {
  const { credentials, url, host, label } = options;
  return probe({
    id: `${label}/old-token-${host}`,
    title: `Keystone on ${host} knows what to do with a token issued before`,
    script: openstackCheck({ credentials, arguments: sh`old-token ${`${url}/v3`} ${tokenFile}` }),
    requirements: ['R-OPS-72', 'trap 51'],
  });
}
