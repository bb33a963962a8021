/** What Prometheus can read: what has happened since the start, and what is held at the moment. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { labelOfCode, labelOfOutcome } from './labels.ts';

/** A request or an operation that has ended. */
export interface EndedOperation {
  readonly type: string;
  readonly transport: string;
  /** The name of a trusted document, or `other`. */
  readonly operation: string;
  readonly code: string;
  readonly seconds: number;
}

/** Counts what has happened. */
export interface Metrics {
  operation(ended: EndedOperation): void;
  /** @param outcome the status of the response, or the error that took its place */
  call(name: string, outcome: number | Error, seconds: number): void;
  outcomeUnknown(name: string): void;
}

/** What is held at the moment, by the name of its metric. */
export type Gauges = Readonly<Record<string, { readonly help: string; readonly value: number }>>;

export interface MetricsPage extends Metrics {
  readonly contentType: string;
  /** In the text format of Prometheus. */
  read(): Promise<string>;
  /** @param gauges called for each page */
  addGauges(gauges: () => Gauges): void;
}

export const PREFIX = 'assistants_graphql_';
/** In seconds. A run that is waited for takes up to a minute. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createMetrics(): MetricsPage {
  const registry = new Registry();
  const registers = [registry];
  // Memory, CPU time, the lag of the event loop, garbage collection, file descriptors.
  collectDefaultMetrics({ register: registry });
  const operations = new Counter({
    name: `${PREFIX}operations_total`,
    help: 'Requests and operations that have ended, by the code of their first error, or OK',
    labelNames: ['type', 'transport', 'operation', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: `${PREFIX}operation_duration_seconds`,
    help: 'Time from the arrival of a query or a mutation to the end of its response',
    labelNames: ['type', 'operation'],
    buckets: BUCKETS,
    registers,
  });
  const calls = new Counter({
    name: `${PREFIX}upstream_calls_total`,
    help: 'REST calls that were sent, retries included, by their status or what took its place',
    labelNames: ['operation', 'status'],
    registers,
  });
  const callDurations = new Histogram({
    name: `${PREFIX}upstream_call_duration_seconds`,
    help: 'Time from sending a REST call to the end of its response',
    labelNames: ['operation'],
    buckets: BUCKETS,
    registers,
  });
  const unknown = new Counter({
    name: `${PREFIX}outcome_unknown_total`,
    help: 'Writes that may or may not have been carried out',
    labelNames: ['operation'],
    registers,
  });
  return {
    contentType: registry.contentType,
    read: () => registry.metrics(),
    addGauges: (gauges) => addGauges(registry, gauges),
    operation({ type, transport, operation, code, seconds }) {
      operations.inc({ type, transport, operation, code: labelOfCode(code) });
      if (type === 'query' || type === 'mutation') durations.observe({ type, operation }, seconds);
    },
    call(operation, outcome, seconds) {
      calls.inc({ operation, status: labelOfOutcome(outcome) });
      callDurations.observe({ operation }, seconds);
    },
    outcomeUnknown: (operation) => unknown.inc({ operation }),
  };
}

function addGauges(registry: Registry, gauges: () => Gauges): void {
  for (const [name, { help }] of Object.entries(gauges())) {
    const gauge: Gauge = new Gauge({
      name: PREFIX + name,
      help,
      registers: [registry],
      collect: () => gauge.set(gauges()[name]?.value ?? 0),
    });
  }
}
