import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChurn } from '../../lab/load/stack-churn';

/** Not Heat: takes every operation at once, and says so when it is looked at for the second time. */
function fakeHeat(): { readonly server: Server; readonly inWork: () => number } {
  const stacks = new Map<string, { action: string; looks: number }>();
  const server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const name = request.url?.split('/')[2] ?? '';
      const say = (status: number, body: object = {}): void => {
        answer.writeHead(status).end(JSON.stringify(body));
      };
      if (request.method === 'POST') {
        const asked = JSON.parse(Buffer.concat(chunks).toString()) as { stack_name: string };
        stacks.set(asked.stack_name, { action: 'CREATE', looks: 0 });
        say(201);
        return;
      }
      const stack = stacks.get(name);
      if (stack === undefined) {
        say(404);
        return;
      }
      if (request.method !== 'GET') {
        stacks.set(name, { action: request.method === 'PUT' ? 'UPDATE' : 'DELETE', looks: 0 });
        say(request.method === 'PUT' ? 202 : 204);
        return;
      }
      stack.looks++;
      const ended = stack.looks > 1;
      if (ended && stack.action === 'DELETE') stacks.delete(name);
      say(200, { stack: { id: '1', stack_status: `${stack.action}_${ended ? 'COMPLETE' : 'IN_PROGRESS'}` } });
    });
  });
  return { server, inWork: () => [...stacks.values()].filter(({ looks }) => looks < 2).length };
}

describe('people who work on stacks', () => {
  it('have nothing in work once they were asked to pause, and go on when they may', async () => {
    const { server, inWork } = fakeHeat();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const stacks = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/stacks`;
    const people = startChurn({
      session: { token: 'none', stacks },
      resourceSeconds: [1, 1, 1],
      abandoned: () => false,
    });
    try {
      while (people.seen().completed.length < 2) await sleep(50);
      await people.pause();
      const before = people.seen().completed.length;
      expect(inWork()).toBe(0);
      people.resume();
      while (people.seen().completed.length < before + 3) await sleep(50);
    } finally {
      await people.stop();
      await new Promise((resolve) => server.close(resolve));
    }
    const { failed, stuck, requestFailures } = people.seen();
    expect({ failed, stuck, requestFailures }).toEqual({ failed: [], stuck: [], requestFailures: [] });
  });
});
