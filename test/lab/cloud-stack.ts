import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf, apiUrl, login } from '../../lab';

/** Stacks as a user makes them, through the load balancer. */
interface Wish {
  readonly name: string;
  /** How long a create keeps the engine at work. */
  readonly workSeconds?: number;
}

const template = (options: { value: string; workSeconds: number }): object => ({
  heat_template_version: '2018-08-31',
  resources: {
    secret: { type: 'OS::Heat::RandomString' },
    work: {
      type: 'OS::Heat::TestResource',
      depends_on: 'secret',
      properties: { value: options.value, action_wait_secs: { create: options.workSeconds } },
    },
  },
});

/** Creates a stack and waits until it ends, however it ends. */
export async function createStack(wish: Wish): Promise<string> {
  await beginStack(wish);
  return untilIdle(wish);
}

/** Asks for a stack and leaves it in progress. */
export async function beginStack({ name, workSeconds = 1 }: Wish): Promise<void> {
  const body = { stack_name: name, template: template({ value: 'one', workSeconds }) };
  await ask({ method: 'POST', path: '', body, wanted: 201 });
}

export async function updateStack({ name }: Wish): Promise<string> {
  const { id } = await show({ name });
  await ask({
    method: 'PUT',
    path: `/${name}/${id}`,
    body: { template: template({ value: 'two', workSeconds: 1 }) },
    wanted: 202,
  });
  return untilIdle({ name });
}

export async function stackStatus({ name }: Wish): Promise<string> {
  return (await show({ name })).stack_status;
}

async function untilIdle({ name }: Wish): Promise<string> {
  for (let looks = 0; looks < 300; looks++) {
    const status = await stackStatus({ name });
    if (!status.endsWith('IN_PROGRESS')) return status;
    await sleep(400);
  }
  throw new Error(`stack ${name} is still in progress`);
}

async function show({ name }: Wish): Promise<{ id: string; stack_status: string }> {
  const answer = await ask({ method: 'GET', path: `/${name}`, wanted: 200 });
  return ((await answer.json()) as { stack: { id: string; stack_status: string } }).stack;
}

async function ask(options: { method: string; path: string; body?: object; wanted: number }): Promise<Response> {
  const session = await login({ address: addressOf('lb1') });
  if (session === null) throw new Error('Keystone does not answer through the load balancer');
  const answer = await fetch(
    `${apiUrl({ address: addressOf('lb1'), port: 8004 })}/v1/${session.projectId}/stacks${options.path}`,
    {
      method: options.method,
      headers: { 'X-Auth-Token': session.token, 'Content-Type': 'application/json' },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    },
  );
  if (answer.status !== options.wanted)
    throw new Error(`${options.method} ${options.path}: ${String(answer.status)} ${await answer.text()}`);
  return answer;
}
