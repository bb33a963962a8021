/**
 * What the log, the metrics and the spans cost by themselves, in microseconds of CPU for each request. It is less than what
 * run.mjs can tell from noise. Run `npm run build` first.
 *
 *   node bench/queries/telemetry.mjs
 */
import { pino } from 'pino';
import { createRedactor } from '../../dist/redaction.js';
import { createMetrics } from '../../dist/telemetry/metrics.js';
import { createTelemetry } from '../../dist/telemetry/telemetry.js';
import { header, print, round } from './table.mjs';

const REQUESTS = 100_000;
const destination = pino.destination({ dest: '/dev/null', sync: false });
const redact = createRedactor(['a-key-of-some-length', 'another-key-of-some-length']);
const log = pino({}, { write: (entry) => destination.write(redact(entry)) });
const silent = pino({ level: 'silent' });

function measure({ calls, ...options }) {
  const telemetry = createTelemetry({ hasTrustedNames: false, ...options });
  const begun = process.cpuUsage();
  for (let request = 0; request < REQUESTS; request++) {
    const observation = telemetry.begin({ transport: 'http', requestId: `request-${request}`, headers: {} });
    observation.setOperation('query', 'ReadThread');
    for (let call = 0; call < calls; call++) observation.calls.begin('getThread').end(200);
    observation.end(200);
  }
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / REQUESTS;
}

header(['REST calls', 'nothing to read', 'log', 'metrics', 'both']);
for (const calls of [1, 2, 22]) {
  measure({ calls, log, metrics: createMetrics() });
  const all = [
    { log: silent },
    { log },
    { log: silent, metrics: createMetrics() },
    { log, metrics: createMetrics() },
  ];
  print([calls, ...all.map((options) => round(measure({ calls, ...options })))]);
}
