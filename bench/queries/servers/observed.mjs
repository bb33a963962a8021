/** This server with its log at the level of `info`, as it is by default, and with metrics. The log is written to nowhere. */
import { pino } from 'pino';
import { readConfig } from '../../../dist/config.js';
import { createRedactor } from '../../../dist/redaction.js';
import { createStreamTransport } from '../../../dist/rest/stream-transport.js';
import { createTransport } from '../../../dist/rest/transport.js';
import { createServer } from '../../../dist/server.js';
import { createMetrics } from '../../../dist/telemetry/metrics.js';
import { reportUsage } from './usage.mjs';

const url = process.argv[2];
const config = readConfig({ PORT: '0', UPSTREAM_URL: url, UPSTREAM_API_KEY: 'a-key-of-some-length' });
const destination = pino.destination({ dest: '/dev/null', sync: false });
const redact = createRedactor([config.UPSTREAM_API_KEY]);
const server = await createServer({
  config,
  transport: createTransport({ url, connections: config.UPSTREAM_CONNECTIONS }),
  streams: createStreamTransport({ url, streams: config.UPSTREAM_STREAMS }),
  log: pino({}, { write: (entry) => destination.write(redact(entry)) }),
  metrics: createMetrics(),
});
reportUsage({ url: server.url });
