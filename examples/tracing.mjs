/**
 * Sends traces to a collector of OpenTelemetry, at http://localhost:4318 or where OTEL_EXPORTER_OTLP_ENDPOINT says. Load it
 * before the server: see docs/observing.md.
 */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'assistants-graphql' }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => provider.forceFlush());
