import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { version } from '@temporalio/worker/package.json';
import { createUpgradeClient } from '../../client';
import { startTestServer } from '../workflows/temporal-server';
import { addExamples, environmentOf, installProject, workerSide } from './project';

jest.setTimeout(600_000);

/** What a collector gets, as far as it is looked at. */
interface Export {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string; readonly traceId: string }[] }[];
  }[];
}

/** The library asks for the 1.x line of OpenTelemetry. */
const openTelemetry = [
  `@temporalio/interceptors-opentelemetry@${version}`,
  '@opentelemetry/exporter-trace-otlp-http@^0.57.2',
  '@opentelemetry/resources@^1.30.1',
  '@opentelemetry/sdk-trace-base@^1.30.1',
  '@opentelemetry/sdk-trace-node@^1.30.1',
];

it('examples/tracing.ts sends a run and its activities as one trace', async () => {
  const project = await installProject({
    name: 'tracing',
    besides: [...workerSide(version), ...openTelemetry, 'typescript@6.0', '@types/node@20'],
  });
  addExamples(project, ['tracing.ts']);
  await project.run('npx', 'tsc', '--skipLibCheck');
  const spans: { readonly name: string; readonly traceId: string }[] = [];
  const collector = createServer((request, response) => {
    void json(request).then((body) => {
      const sent = (body as Export).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans);
      spans.push(...sent.flatMap((scope) => scope.spans));
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const server = await startTestServer();
  const worker = spawn(process.execPath, [join(project.directory, 'out/examples/tracing.js')], {
    cwd: project.directory,
    env: {
      ...environmentOf(process.env),
      TEMPORAL_ADDRESS: server.address,
      OSU_TASK_QUEUE: 'tracing',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    const upgrade = createUpgradeClient({ client: server.client, taskQueue: 'tracing' });
    const run = await upgrade.preflight({ cloud: 'nowhere', to: 'bobcat' });
    await expect(upgrade.result(run)).rejects.toMatchObject({ code: 'cloudUnknown' });
    const named = (name: string) => spans.find((span) => span.name === name);
    while (named('RunWorkflow:openstackPreflight') === undefined || named('RunActivity:openstackPlan') === undefined)
      await sleep(100);
    expect(named('RunActivity:openstackPlan')?.traceId).toBe(named('RunWorkflow:openstackPreflight')?.traceId);
  } finally {
    worker.kill('SIGTERM');
    await once(worker, 'exit');
    collector.close();
    await server.teardown();
  }
});
