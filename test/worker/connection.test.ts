import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { connectUpgradeClient, type UpgradeError } from '../../client';
import { connectionSettings } from '../../connection/settings';
import { createUpgradeWorker } from '../../worker/create-worker';
import { workerSettings } from '../../worker/settings';
import { startTestServer, type TestServer } from '../workflows/temporal-server';
import { startMtlsProxy } from './mtls-proxy';

jest.setTimeout(120_000);

let server: TestServer;
let proxy: Awaited<ReturnType<typeof startMtlsProxy>>;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  server = await startTestServer();
  proxy = await startMtlsProxy(server);
});
afterAll(async () => {
  proxy.close();
  await server.teardown();
});

const directory = mkdtempSync(join(tmpdir(), 'osu-connection-'));
const keys = join(directory, 'keys');
writeFileSync(keys, `k1 ${randomBytes(32).toString('base64')}\n`);

/** The environment of an operator whose server asks for certificates and whose payloads are encrypted. */
function environment(): Record<string, string> {
  const { authority, clientCertificate, clientKey } = proxy.certificates;
  return {
    TEMPORAL_ADDRESS: proxy.address,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority,
    TEMPORAL_TLS_CLIENT_CERT_PATH: clientCertificate,
    TEMPORAL_TLS_CLIENT_KEY_PATH: clientKey,
    OSU_CODEC_KEYS: keys,
    CLOUDS_DIR: directory,
  };
}

/** The code and sentence with which the client and the worker refuse the same environment. */
async function refusals(env: NodeJS.ProcessEnv): Promise<{ client: Refused; worker: Refused }> {
  const refused = (error: unknown): Refused => {
    const { code, message } = error as UpgradeError;
    return { code, message };
  };
  const accepted = (): Refused => ({ code: 'none', message: 'it was accepted' });
  return {
    client: await connectUpgradeClient(connectionSettings(env)).then(accepted, refused),
    worker: await createUpgradeWorker(workerSettings(env)).then(accepted, refused),
  };
}

interface Refused {
  readonly code: string;
  readonly message: string;
}

describe('worker and client on a server that asks for certificates, with encrypted payloads', () => {
  it('understand each other, and Temporal stores nothing that can be read', async () => {
    const env = environment();
    const { worker, close } = await createUpgradeWorker(workerSettings(env));
    const { upgrade, close: closeClient } = await connectUpgradeClient(connectionSettings(env));
    try {
      await worker.runUntil(async () => {
        const run = await upgrade.preflight({ cloud: 'nowhere', to: 'bobcat' });
        await expect(upgrade.result(run)).rejects.toMatchObject({
          code: 'cloudUnknown',
          message: expect.stringMatching(/^There is no cloud "nowhere"/) as string,
        });
        const { events } = await server.client.workflow.getHandle(run.workflowId).fetchHistory();
        const [input] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
        expect(Buffer.from(input!.metadata!['encoding']!).toString()).toBe('binary/encrypted');
        expect(Buffer.from(input!.data!).toString('latin1')).not.toContain('nowhere');
      });
    } finally {
      await closeClient();
      await close();
    }
  });
});

describe('a namespace without the search attributes', () => {
  it('is refused by the worker at its start, with the command that registers them', async () => {
    const namespace = 'bare';
    await server.client.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    const env = { ...environment(), TEMPORAL_NAMESPACE: namespace };
    let refused = '';
    // The server tells its frontends of a new namespace after some seconds.
    while (refused === '' || refused.includes('no namespace')) refused = (await refusals(env)).worker.message;
    expect(refused).toMatch(
      /^Namespace bare does not have the search attributes OsuCloud, OsuWaiting, OsuPhase, .* temporal operator search-attribute create --namespace bare --name OsuCloud --type Keyword /,
    );
  });
});

describe('a connection that cannot be used is refused in one sentence by worker and client alike', () => {
  it.each<[string, () => NodeJS.ProcessEnv, Refused]>([
    [
      'nobody listens',
      () => ({ TEMPORAL_ADDRESS: '127.0.0.1:1' }),
      { code: 'serverUnreachable', message: 'No Temporal server answers at 127.0.0.1:1: connect ECONNREFUSED' },
    ],
    [
      'there is no such namespace',
      () => ({ ...environment(), TEMPORAL_NAMESPACE: 'upgrades' }),
      { code: 'namespaceNotFound', message: 'temporal operator namespace create --namespace upgrades' },
    ],
    [
      "another authority has signed the server's certificate",
      () => ({ ...environment(), TEMPORAL_TLS_SERVER_CA_CERT_PATH: proxy.certificates.otherAuthority }),
      { code: 'tlsFailed', message: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH' },
    ],
    [
      'we show no certificate',
      () => ({
        TEMPORAL_ADDRESS: proxy.address,
        TEMPORAL_TLS_SERVER_CA_CERT_PATH: proxy.certificates.authority,
      }),
      { code: 'tlsFailed', message: 'TEMPORAL_TLS_CLIENT_CERT_PATH' },
    ],
  ])('%s', async (_, env, { code, message }) => {
    const seen = await refusals(env());
    const expected = { code, message: expect.stringContaining(message) as string };
    expect(seen).toEqual({ client: expected, worker: expected });
    expect(seen.client.message).not.toContain('\n');
  });
});
