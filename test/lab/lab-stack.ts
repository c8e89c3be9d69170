import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf, login } from '../../lab';

const template = {
  heat_template_version: '2018-08-31',
  resources: {
    text: { type: 'OS::Heat::RandomString' },
    work: {
      type: 'OS::Heat::TestResource',
      depends_on: 'text',
      properties: { value: 'done', action_wait_secs: { create: 1 } },
    },
    copy: { type: 'OS::Heat::Value', properties: { value: { get_attr: ['text', 'value'] } } },
  },
};

/** Creates a stack through the load balancer, waits for its end, deletes it. Returns each status that it ended in. */
export async function liveOneStack(options: { readonly name: string }): Promise<string[]> {
  const session = await login({ address: addressOf('lb1') });
  if (session === null) throw new Error('Keystone does not answer through the load balancer');
  const base = `http://${addressOf('lb1')}:8004/v1/${session.projectId}/stacks`;
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${base}${path}`, {
      ...init,
      headers: { 'X-Auth-Token': session.token, 'Content-Type': 'application/json' },
    });
  const statusAfter = async (id: string): Promise<string> => {
    for (;;) {
      const answer = await ask(`/${options.name}/${id}`);
      if (answer.status === 404) return 'gone';
      const { stack } = (await answer.json()) as { stack: { stack_status: string } };
      if (stack.stack_status === 'DELETE_COMPLETE') return 'gone';
      if (!stack.stack_status.endsWith('_IN_PROGRESS')) return stack.stack_status;
      await sleep(300);
    }
  };
  const created = await ask('', { method: 'POST', body: JSON.stringify({ stack_name: options.name, template }) });
  const { stack } = (await created.json()) as { stack: { id: string } };
  const afterCreate = await statusAfter(stack.id);
  await ask(`/${options.name}/${stack.id}`, { method: 'DELETE' });
  return [afterCreate, await statusAfter(stack.id)];
}
