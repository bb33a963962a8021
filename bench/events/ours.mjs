/** This server in front of the stub, as dist/main.js would start it, with room for many clients and streams. */
import { pino } from 'pino';
import { readConfig } from '../../dist/config.js';
import { createStreamTransport } from '../../dist/rest/stream-transport.js';
import { createTransport } from '../../dist/rest/transport.js';
import { createServer } from '../../dist/server.js';
import { transportOptions } from '../../dist/upstream-options.js';
import { reportUsage } from './usage.mjs';

const [url] = process.argv.slice(2);
const config = readConfig({
  PORT: '0',
  UPSTREAM_URL: url,
  UPSTREAM_API_KEY: 'key',
  UPSTREAM_STREAMS: '10000',
  MAX_CONNECTIONS: '100000',
  MAX_SUBSCRIPTIONS: '100000',
});
const server = await createServer({
  config,
  transport: createTransport(transportOptions(config, url)),
  streams: createStreamTransport({ url, streams: config.UPSTREAM_STREAMS }),
  log: pino({ level: 'silent' }),
});
reportUsage({ url: server.url });
