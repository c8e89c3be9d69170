import { enter } from '../machine/container';
import { addressOf } from '../machine/hosts';
import { LabError } from '../machine/lab-error';
import { until } from '../machine/processes';
import { labSecrets } from './secrets';

/** A token of the admin and the project it is for. */
export interface Login {
  readonly token: string;
  readonly projectId: string;
}

/** Logs in at Keystone on an address (a controller's or the load balancer's); null when it does not answer so. */
export async function login(options: { readonly address: string }): Promise<Login | null> {
  const domain = { id: 'default' };
  const user = { name: 'admin', domain, password: labSecrets().admin };
  const body = {
    auth: { identity: { methods: ['password'], password: { user } }, scope: { project: { name: 'admin', domain } } },
  };
  const answer = await ask(`http://${options.address}:5000/v3/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  const token = answer?.headers.get('x-subject-token');
  if (!token) return null;
  const { token: details } = (await answer?.json()) as { token: { project: { id: string } } };
  return { token, projectId: details.project.id };
}

/**
 * Waits until the cloud works and not only runs: a login at each Keystone, a stack list at each Heat API (API -> broker
 * -> engine -> database), both again through the load balancer, and every server in rotation there.
 */
export async function waitForCloud(options: { readonly seconds: number }): Promise<void> {
  const { seconds } = options;
  for (const host of ['ctl1', 'ctl2', 'lb1'] as const) {
    const answers = await until({ seconds, everyMs: 500, holds: () => worksAt({ address: addressOf(host) }) });
    if (!answers) {
      throw new LabError(
        `Keystone and Heat do not answer on ${host} after ${seconds} s. See npm run lab -- logs ${host}.`,
      );
    }
  }
  if (await until({ seconds, everyMs: 500, holds: allInRotation })) return;
  throw new LabError(`The load balancer still leaves servers out after ${seconds} s. See npm run lab -- logs lb1.`);
}

/** HAProxy's own word: operational state 2 is up and in rotation. */
async function allInRotation(): Promise<boolean> {
  const command = "echo 'show servers state' | socat - /run/haproxy/admin.sock";
  const { stdout } = await enter({ host: 'lb1', command });
  const servers = stdout.split('\n').filter((line) => /^\d+ \S+ \d+ ctl/.test(line));
  return servers.length === 6 && servers.every((line) => line.split(' ')[5] === '2');
}

/** True when login, stack list and the CloudFormation API's health work at an address. */
export async function worksAt(options: { readonly address: string }): Promise<boolean> {
  const session = await login(options);
  if (session === null) return false;
  const headers = { 'X-Auth-Token': session.token };
  const stacks = await ask(`http://${options.address}:8004/v1/${session.projectId}/stacks?limit=2`, { headers });
  const cfn = await ask(`http://${options.address}:8000/healthcheck`, {});
  return stacks?.ok === true && cfn?.ok === true;
}

async function ask(
  url: string,
  options: { method?: string; body?: string; headers?: Readonly<Record<string, string>> },
): Promise<Response | null> {
  const headers = { 'Content-Type': 'application/json', ...options.headers };
  return fetch(url, { ...options, headers, signal: AbortSignal.timeout(10_000) }).catch(() => null);
}
