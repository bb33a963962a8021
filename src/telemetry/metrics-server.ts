/** The server for Prometheus and for probes, on a port of its own: clients cannot reach it, nor keep it from responding. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../http/listen.ts';
import type { MetricsPage } from './metrics.ts';

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: MetricsPage;
  /** Responds to probes. @returns whether it does */
  readonly respondToProbe: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface MetricsServer {
  /** Such as `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 64;
const TIMEOUT_MS = 10_000;

/** @throws ListenError if the port is unavailable */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port, metrics, respondToProbe } = options;
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    if (respondToProbe(request, response)) return;
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const page = await metrics.read();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(page);
  };
  const timeouts = { headersTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS };
  const server = createServer(timeouts, (request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(TIMEOUT_MS);
  const origin = await listen(server, { host, port, settings: 'METRICS_PORT or METRICS_HOST' });
  return {
    url: `${origin}/metrics`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
