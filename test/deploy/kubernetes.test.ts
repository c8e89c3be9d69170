import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** The parts of the manifest that promises are made about; its form is checked against Kubernetes' schema in test/package. */
interface Deployment {
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly securityContext: { readonly runAsUser: number; readonly runAsNonRoot: boolean };
        readonly containers: readonly {
          readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
          readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
          readonly readinessProbe: object;
          readonly startupProbe: object;
          readonly livenessProbe: object;
          readonly volumeMounts: readonly {
            readonly name: string;
            readonly mountPath: string;
            readonly readOnly?: boolean;
          }[];
        }[];
        readonly volumes: readonly { readonly name: string; readonly secret?: { readonly defaultMode: number } }[];
      };
    };
  };
}

const root = join(__dirname, '../..');
// Kubernetes reads YAML 1.1, where 0440 is octal.
const documents = parseAllDocuments(readFileSync(join(root, 'deploy/kubernetes.yaml'), 'utf8'), { version: '1.1' });
const objects = documents.map((one) => one.toJS() as { readonly kind: string });
const { spec } = objects.find(({ kind }) => kind === 'Deployment') as unknown as Deployment;
const pod = spec.template.spec;
const worker = pod.containers[0]!;
const env = Object.fromEntries(worker.env.map(({ name, value }) => [name, value]));

describe('deploy/kubernetes.yaml', () => {
  it('is YAML without a mistake', () => {
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('keeps one worker of two during drains, and selects the pods that it makes', () => {
    const budget = objects.find(({ kind }) => kind === 'PodDisruptionBudget') as unknown as {
      spec: { minAvailable: number; selector: { matchLabels: object } };
    };
    expect(spec.replicas).toBeGreaterThan(budget.spec.minAvailable);
    expect(budget.spec.minAvailable).toBe(1);
    expect(budget.spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
    expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
  });

  it('has every secret as a file that only the worker reads, and none in a variable', () => {
    expect(worker.env.filter(({ valueFrom }) => valueFrom !== undefined)).toEqual([]);
    const secrets = pod.volumes.filter(({ secret }) => secret !== undefined);
    expect(secrets.map(({ name, secret }) => [name, secret?.defaultMode])).toEqual([
      ['temporal', 0o440],
      ['ssh', 0o440],
    ]);
    const mounts = worker.volumeMounts.filter(({ name }) => name !== 'tmp');
    expect(mounts.every(({ readOnly }) => readOnly)).toBe(true);
    const place = mounts.find(({ name }) => name === 'temporal')?.mountPath ?? '';
    expect([env['TEMPORAL_CONFIG_FILE'], env['OSU_CODEC_KEYS']]).toEqual([
      `${place}/temporal.toml`,
      `${place}/codec-keys`,
    ]);
  });

  it('asks /healthz whether the worker polls, and restarts it only when its process is gone', () => {
    const port = (name: string): number | undefined => worker.ports.find((one) => one.name === name)?.containerPort;
    expect(env['OSU_HEALTH_ADDRESS']).toBe(`0.0.0.0:${port('health')}`);
    expect(env['OSU_METRICS_ADDRESS']).toBe(`0.0.0.0:${port('metrics')}`);
    expect(worker.readinessProbe).toMatchObject({ httpGet: { path: '/healthz', port: 'health' } });
    expect(worker.startupProbe).toMatchObject({ httpGet: { path: '/healthz', port: 'health' } });
    expect(worker.livenessProbe).toMatchObject({ tcpSocket: { port: 'health' } });
  });

  it('runs as the user of the image, in whose home the keys are', () => {
    expect(pod.securityContext).toMatchObject({ runAsUser: 1000, runAsNonRoot: true });
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toMatch(/^USER node$/m);
    expect(worker.volumeMounts.find(({ name }) => name === 'ssh')?.mountPath).toBe('/home/node/.ssh');
  });
});
