import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import { NativeConnection, Worker } from '@temporalio/worker';
import { OpenStackUpgradePlugin } from 'temporal-openstack-upgrade';

/** A worker whose workflows and activities are spans; OTEL_EXPORTER_OTLP_ENDPOINT says where they go. */
const resource = new Resource({ 'service.name': 'openstack-upgrade-worker' });
const spanProcessor = new BatchSpanProcessor(new OTLPTraceExporter());
const tracing = new NodeTracerProvider({ resource, spanProcessors: [spanProcessor] });
tracing.register();
const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233' });
const worker = await Worker.create({
  connection,
  taskQueue: process.env['OSU_TASK_QUEUE'] ?? 'openstack-upgrade',
  plugins: [
    new OpenStackUpgradePlugin({ cloudsDirectory: process.env['CLOUDS_DIR'] ?? 'clouds' }),
    new OpenTelemetryPlugin({ resource, spanProcessor }),
  ],
});
await worker.run();
await connection.close();
await tracing.shutdown();
