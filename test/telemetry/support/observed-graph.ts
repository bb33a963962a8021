import { onTestFinished } from 'vitest';
import { gaugesOf } from '../../../src/gauges.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { startMetricsServer } from '../../../src/telemetry/metrics-server.ts';
import { type Graph, startGraph } from '../../support/graph.ts';

export interface ObservedGraph extends Graph {
  /** URL of the page that Prometheus reads. */
  readonly metricsUrl: string;
  /** The page as it is now. */
  metrics(): Promise<string>;
}

/** A graph with metrics on a port of its own, as main.ts starts it. It is closed after the test. */
export async function startObservedGraph(env: Record<string, string> = {}): Promise<ObservedGraph> {
  const metrics = createMetrics();
  const graph = await startGraph(env, { metrics });
  onTestFinished(graph.close);
  const { respondToProbe, transport } = graph;
  const { url, close } = await startMetricsServer({ host: '127.0.0.1', port: 0, metrics, respondToProbe });
  metrics.addGauges(() => gaugesOf(graph, transport));
  onTestFinished(close);
  return { ...graph, metricsUrl: url, metrics: async () => (await fetch(url)).text() };
}
