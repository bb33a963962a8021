/** This server with its default settings, as dist/main.js starts it. */
import { pino } from 'pino';
import { readConfig } from '../../../dist/config.js';
import { createStreamTransport } from '../../../dist/rest/stream-transport.js';
import { createTransport } from '../../../dist/rest/transport.js';
import { createServer } from '../../../dist/server.js';
import { reportUsage } from './usage.mjs';

const url = process.argv[2];
const config = readConfig({ PORT: '0', UPSTREAM_URL: url, UPSTREAM_API_KEY: 'key' });
const server = await createServer({
  config,
  transport: createTransport({ url, connections: config.UPSTREAM_CONNECTIONS }),
  streams: createStreamTransport({ url, streams: config.UPSTREAM_STREAMS }),
  log: pino({ level: 'silent' }),
});
reportUsage({ url: server.url });
