import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { connectionSettings, connectUpgradeClient, UpgradeError } from 'temporal-openstack-upgrade/client';

/**
 * node chat-approver.js RUN: posts every gate to CHAT_WEBHOOK; the chat posts answers to port CHAT_PORT:
 * {"gate":"k7f3a9","by":"ana","choice":"approve","accept":["disk-nearly-full@db1"]}. Let only your chat reach that port.
 */
const [run = ''] = process.argv.slice(2);
const { upgrade, close } = await connectUpgradeClient(connectionSettings(process.env));
const post = (text: string): Promise<Response> =>
  fetch(process.env['CHAT_WEBHOOK'] ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });

interface Answer {
  readonly gate: string;
  readonly by: string;
  readonly choice: 'approve' | 'reject';
  readonly accept?: string[];
}
const answers = createServer((request, response) => {
  (async () => {
    const { choice, ...answer } = (await json(request)) as Answer;
    response.end(choice === 'approve' ? await upgrade.approve(run, answer) : await upgrade.reject(run, answer));
  })().catch((error: unknown) => {
    response.statusCode = error instanceof UpgradeError && error.retryable ? 503 : 409;
    response.end(error instanceof Error ? error.message : String(error));
  });
}).listen(Number(process.env['CHAT_PORT'] ?? 8080), '127.0.0.1');

for await (const event of upgrade.watch(run)) {
  if (event.kind === 'gateOpened')
    await post(`${run} asks (${event.gate.code}): ${event.gate.question}\n${event.gate.choices.join(', ')}`);
  if (event.kind === 'ended') await post(`${run} ended: ${event.status?.state ?? 'unknown'}`);
}
answers.close();
await close();
