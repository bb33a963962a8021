import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type Logger, pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { createLocalApi, type LocalApiOptions } from '../../src/local/local-api.ts';
import { createFiles } from '../../src/rest/files.ts';
import type { OperationName } from '../../src/rest/operations.ts';
import { createStreamTransport } from '../../src/rest/stream-transport.ts';
import { createTransport, type Transport, type TransportOptions } from '../../src/rest/transport.ts';
import { createServer, type Server, type ServerOptions } from '../../src/server.ts';
import { fileLimits, transportOptions } from '../../src/upstream-options.ts';
import { BUILT_MODULES } from './built-modules.ts';
import { startUpstream, type Upstream } from './upstream.ts';

/** The response to one operation. `data` is null if the whole operation failed. */
export interface Result<Data> {
  readonly status: number;
  readonly data: Data | null;
  readonly errors: readonly GraphError[];
  readonly extensions: Record<string, unknown> | undefined;
}

export interface GraphError {
  readonly message: string;
  readonly path?: (string | number)[];
  readonly extensions: { code: string; argument?: string; [key: string]: unknown };
}

/** The server, a proxy that records its REST calls, and the local API behind the proxy. All talk over HTTP. */
export interface Graph {
  readonly url: string;
  readonly upstream: Upstream;
  /** The server's connections to upstream. */
  readonly transport: Transport;
  /** What the server currently holds. */
  readonly counts: Server['counts'];
  readonly respondToProbe: Server['respondToProbe'];
  /** The server is about to stop. */
  readonly drain: Server['drain'];
  /** Closes the server and starts a new one, with another `url` and without the state of the first one. */
  restartServer(): Promise<void>;
  /** Closes the server only. */
  stopServer(): Promise<void>;
  /** Base URL of the local API, for requests that do not go through the graph. */
  readonly localUrl: string;
  /** Sends an operation. The result has its errors. */
  send<Data, Variables>(
    document: TypedDocumentNode<Data, Variables> | string,
    variables?: Variables,
    headers?: Record<string, string>,
  ): Promise<Result<Data>>;
  /** Sends an operation and returns its data. @throws if there are errors */
  data<Data, Variables>(
    document: TypedDocumentNode<Data, Variables> | string,
    variables?: Variables,
  ): Promise<Data>;
  /** The operations that reached upstream while `work` ran. */
  callsDuring(work: () => Promise<unknown>): Promise<(OperationName | undefined)[]>;
  close(): Promise<void>;
}

export interface GraphOptions
  extends Pick<ServerOptions, 'metrics' | 'now' | 'watching' | 'keepAliveMs' | 'timeouts'> {
  /** Where the server logs. By default, it does not. */
  readonly log?: Logger;
  /** The model of the local API. By default, the offline model. */
  readonly model?: LocalApiOptions['model'];
  /** The rate limit of the local API. By default, it has none. */
  readonly requestsPerMinute?: LocalApiOptions['requestsPerMinute'];
  /** Where files go. By default, as all else. */
  readonly filesUrl?: string;
  /** Of the connections to the upstream, beside the settings. */
  readonly connections?: Partial<TransportOptions>;
}

/** @param env settings that differ from the defaults */
export async function startGraph(
  env: Record<string, string> = {},
  {
    log = pino({ level: 'silent' }),
    model,
    requestsPerMinute,
    connections,
    filesUrl,
    ...options
  }: GraphOptions = {},
): Promise<Graph> {
  const dataDir = await mkdtemp(join(tmpdir(), 'assistants-graphql-'));
  const local = await createLocalApi({
    dataDir,
    port: 0,
    tokenMs: 0,
    requestsPerMinute,
    builtModules: BUILT_MODULES,
    ...(model && { model }),
  });
  const upstream = await startUpstream(local.url);
  const config = readConfig({ PORT: '0', UPSTREAM_URL: upstream.url, UPSTREAM_API_KEY: 'key', ...env });
  const transport = createTransport({ ...transportOptions(config, upstream.url), ...connections });
  const streams = config.UPSTREAM_STREAMING
    ? createStreamTransport({
        url: upstream.url,
        streams: config.UPSTREAM_STREAMS,
        circuit: transport.circuit,
      })
    : undefined;
  const files = config.FILES
    ? createFiles({ url: filesUrl ?? upstream.url, circuit: transport.circuit, ...fileLimits(config) })
    : undefined;
  const start = () => createServer({ config, transport, streams, files, log, ...options });
  let server = await start();
  let stopped: Promise<void> | undefined;

  const graph: Graph = {
    get url() {
      return server.url;
    },
    upstream,
    transport,
    counts: () => server.counts(),
    respondToProbe: (request, response) => server.respondToProbe(request, response),
    drain: () => server.drain(),
    stopServer() {
      stopped ??= server.close();
      return stopped;
    },
    async restartServer() {
      await graph.stopServer();
      stopped = undefined;
      server = await start();
    },
    localUrl: local.url,
    async send(document, variables, headers = {}) {
      const query = typeof document === 'string' ? document : print(document);
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const { data = null, errors = [], extensions } = await response.json();
      return { status: response.status, data, errors, extensions };
    },
    async data(document, variables) {
      const { data, errors } = await graph.send(document, variables);
      if (errors.length > 0 || data === null) throw new Error(JSON.stringify(errors));
      return data;
    },
    async callsDuring(work) {
      const before = upstream.calls.length;
      await work();
      return upstream.calls.slice(before).map((call) => call.operation);
    },
    async close() {
      await graph.stopServer();
      await transport.close();
      await streams?.close();
      await files?.close();
      await upstream.close();
      await local.close();
      await rm(dataDir, { recursive: true });
    },
  };
  return graph;
}
