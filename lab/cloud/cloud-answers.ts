import { enter } from '../machine/container';
import { LabError } from '../machine/lab-error';
import { until } from '../machine/processes';
import { addressOf, apiUrl } from './addresses';
import { askApi } from './ask-api';
import { type ExtraApi, extraServices, type ExtraServiceName } from '../packages/extra-services';
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
  const answer = await ask(`${apiUrl({ address: options.address, port: 5000 })}/v3/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  const token = answer?.headers.get('x-subject-token');
  if (!token) return null;
  const { token: details } = (await answer?.json()) as { token: { project: { id: string } } };
  return { token, projectId: details.project.id };
}

/** Every host is up, and after its time something does not answer. */
export class CloudDoesNotWork extends LabError {}

/**
 * Waits until the cloud works and not only runs: a login at each Keystone, a stack list at each Heat API (API -> broker
 * -> engine -> database), both again through the load balancer, and every server in rotation there.
 */
export async function waitForCloud(options: {
  readonly seconds: number;
  readonly extras: readonly ExtraServiceName[];
}): Promise<void> {
  const { seconds, extras } = options;
  for (const host of ['ctl1', 'ctl2', 'lb1'] as const) {
    const address = addressOf(host);
    const answers = await until({ seconds, everyMs: 500, holds: () => cloudWorksAt({ address, extras }) });
    if (answers) continue;
    const missing = await missingAt({ address, extras });
    throw new CloudDoesNotWork(
      `The cloud does not work on ${host} after ${seconds} s: ${missing.join('; ') || 'it does now, too late'}. ` +
        `Read npm run lab -- logs ${host}.\n${await stateOf('ctl1')}\n${await stateOf('ctl2')}`,
    );
  }
  if (await until({ seconds, everyMs: 500, holds: () => allInRotation({ extras }) })) return;
  throw new LabError(
    `The load balancer still has servers that are down after ${seconds} s. Read npm run lab -- logs lb1.`,
  );
}

/** Units that are not what they should be, and the last errors of the services: a lab that is gone tells nothing later. */
async function stateOf(host: 'ctl1' | 'ctl2'): Promise<string> {
  const command = `
    echo '--- ${host}'; systemctl --no-legend list-units 'keystone*' 'heat-*' 'memcached*' 'glance*' 'placement*' 'gnocchi*' 'ceilometer*'
    ss -Htn state established '( dport = :5672 or dport = :3306 )' | awk '{ print $4 }' | sort | uniq -c
    for log in /var/log/keystone/*.log /var/log/heat/*.log; do grep -hE ' (ERROR|WARNING|CRITICAL) ' "$log" | tail -n 4 | cut -c1-240; done
    journalctl -b --no-pager -q -p warning -n 8 -o short-precise | cut -c1-240`;
  return (await enter({ host, command })).stdout.trim();
}

/** HAProxy's own word: operational state 2 is up and in rotation. */
async function allInRotation(options: { readonly extras: readonly ExtraServiceName[] }): Promise<boolean> {
  const command = "echo 'show servers state' | socat - /run/haproxy/admin.sock";
  const { stdout } = await enter({ host: 'lb1', command });
  const servers = stdout.split('\n').filter((line) => /^\d+ \S+ \d+ ctl/.test(line));
  return (
    servers.length === 6 + 2 * apisOf(options.extras).length && servers.every((line) => line.split(' ')[5] === '2')
  );
}

/** Of services that somebody calls. */
function apisOf(extras: readonly ExtraServiceName[]): { readonly title: string; readonly api: ExtraApi }[] {
  return extraServices(extras).flatMap(({ title, api }) => (api === null ? [] : [{ title, api }]));
}

/** `Keystone, Heat and Glance`: what runs on the controllers, for a sentence. */
export function titlesOf(extras: readonly ExtraServiceName[]): string {
  const titles = ['Keystone', 'Heat', ...extraServices(extras).map(({ title }) => title)];
  return `${titles.slice(0, -1).join(', ')} and ${titles.at(-1) ?? ''}`;
}

/** True when Keystone, Heat and these services work at an address (a controller's or the load balancer's). */
export async function cloudWorksAt(options: {
  readonly address: string;
  readonly extras: readonly ExtraServiceName[];
}): Promise<boolean> {
  return (await missingAt(options)).length === 0;
}

/** True when login, stack list and the CloudFormation API's health work at an address. */
export async function worksAt(options: { readonly address: string }): Promise<boolean> {
  return cloudWorksAt({ ...options, extras: [] });
}

/** What does not work there, with what it answers. */
async function missingAt(options: {
  readonly address: string;
  readonly extras: readonly ExtraServiceName[];
}): Promise<readonly string[]> {
  const { address, extras } = options;
  const session = await login({ address });
  if (session === null) return ['Keystone gives no token'];
  const headers = { 'X-Auth-Token': session.token };
  const lists = [
    { what: 'Heat, list of stacks', port: 8004, path: `/v1/${session.projectId}/stacks?limit=2` },
    { what: 'heat-api-cfn, health', port: 8000, path: '/healthcheck' },
    ...apisOf(extras).map(({ title, api }) => ({ what: title, port: api.port, path: api.listPath })),
  ];
  const answers = await Promise.all(
    lists.map(async ({ what, port, path }) => ({
      what,
      answer: await ask(`${apiUrl({ address, port })}${path}`, { headers }),
    })),
  );
  return answers.flatMap(({ what, answer }) =>
    answer?.ok === true ? [] : [`${what}: ${answer === null ? 'no answer' : `HTTP ${String(answer.status)}`}`],
  );
}

async function ask(
  url: string,
  options: { method?: string; body?: string; headers?: Readonly<Record<string, string>> },
): Promise<Response | null> {
  const headers = { 'Content-Type': 'application/json', ...options.headers };
  return askApi(url, { ...options, headers }).catch(() => null);
}
