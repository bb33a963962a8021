/** The process: reads the settings, starts the local API if no upstream is set, starts the server, handles signals. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, ConfigError, readConfig } from './config.ts';
import { gaugesOf } from './gauges.ts';
import {
  type LocalApiThread,
  type LocalApiThreadOptions,
  startLocalApiThread,
} from './local/worker-thread.ts';
import { createLog } from './log.ts';
import { createFiles, type Files } from './rest/files.ts';
import { createStreamTransport } from './rest/stream-transport.ts';
import { createTransport, type Transport } from './rest/transport.ts';
import { createServer, type Server } from './server.ts';
import { createMetrics, type MetricsPage } from './telemetry/metrics.ts';
import { startMetricsServer } from './telemetry/metrics-server.ts';
import { fileLimits, transportOptions } from './upstream-options.ts';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

interface Closable {
  /** Tells load balancers to send requests elsewhere. */
  drain?(): void;
  close(): Promise<void>;
}

/** The share of SHUTDOWN_MS after which a stop that is still going on is cut short. */
const CUT_AFTER = 0.95;

const { log, redact, flush } = createLog();
/** What is running, in the order of its start. */
const running: Closable[] = [];
let stopping = false;

try {
  const config = readConfig();
  log.level = config.LOG_LEVEL;
  redact(secretsOf(config));
  // Before anything starts, because a signal can arrive during the start.
  for (const signal of STOP_SIGNALS) process.on(signal, () => stop(config, 0, signal));
  process.on('uncaughtException', (err) => {
    log.error({ err }, 'unexpected error, stopping');
    stop(config, 1);
  });
  await (isLocalAlone(process.argv.slice(2)) ? runLocalApi(config) : runServer(config));
} catch (error) {
  fail(error instanceof ConfigError ? error.message : `Cannot start: ${messageOf(error)}`);
}

/** @throws for any other argument: `npm start -- --port 5000` must not start a server on another port */
function isLocalAlone([command, ...rest]: readonly string[]): boolean {
  const unknown = command === 'local' ? rest[0] : command;
  if (unknown !== undefined) {
    throw new Error(`unknown argument '${unknown}'. Settings are environment variables, such as PORT.`);
  }
  return command === 'local';
}

async function runLocalApi(config: Config): Promise<void> {
  const local = await startLocal(config);
  say(`The local Assistants API listens on ${local.url}`);
  sayModels(config);
}

function sayModels({ MODEL_URL }: Config): void {
  if (MODEL_URL !== undefined) say(`Its runs use the models at ${MODEL_URL}`);
}

async function runServer(config: Config): Promise<void> {
  checkOwnKeys(config);
  const local = config.UPSTREAM_URL === undefined ? await startLocal(config) : undefined;
  const url = config.UPSTREAM_URL ?? local?.url ?? '';
  const transport = createTransport({
    ...transportOptions(config, url),
    onCircuitChange: logUpstreamState,
  });
  running.push(transport);
  const streams = createStreams(config, url, transport);
  const files = createFileTransport(config, url, transport);
  const metrics = config.METRICS_PORT === undefined ? undefined : createMetrics();
  const server = await createServer({ config, transport, streams, files, log, metrics });
  running.push(server);
  say(`GraphQL is served on ${server.url}`);
  if (config.GRAPHIQL) say('Open this URL in a browser to explore the schema.');
  if (server.chatUrl) say(`Open ${server.chatUrl} to chat.`);
  else if (config.CHAT) say('There is no chat, because it is not built: npm start builds it.');
  say(local ? `The local Assistants API listens on ${local.url}` : `It calls the Assistants API at ${url}`);
  if (local) sayModels(config);
  if (metrics) await startMetrics(config, server, transport, metrics);
}

/** It is stopped last, so that probes and metrics show how the rest stops. */
async function startMetrics(config: Config, server: Server, transport: Transport, metrics: MetricsPage) {
  metrics.addGauges(() => gaugesOf(server, transport));
  const { METRICS_HOST: host, METRICS_PORT: port = 0 } = config;
  const { respondToProbe } = server;
  const metricsServer = await startMetricsServer({ host, port, metrics, respondToProbe });
  running.unshift(metricsServer);
  say(`Prometheus reads ${metricsServer.url}`);
}

/** What must not be logged. */
function secretsOf(config: Config): string[] {
  const { UPSTREAM_API_KEY, UPSTREAM_KEYS, AUTH_KEYS = [], OWNERS_SECRET = [] } = config;
  const { LOCAL_API_KEYS = [], MODEL_API_KEY = '' } = config;
  const clients = AUTH_KEYS.map(({ key }) => key);
  const upstream = [UPSTREAM_API_KEY, ...(UPSTREAM_KEYS?.values() ?? [])];
  return [...upstream, ...clients, ...OWNERS_SECRET, ...LOCAL_API_KEYS, MODEL_API_KEY];
}

/** @throws ConfigError if the local API would not accept the server's own keys. With AUTH=passthrough, it has none. */
function checkOwnKeys({ AUTH, UPSTREAM_URL, UPSTREAM_API_KEY, UPSTREAM_KEYS, LOCAL_API_KEYS }: Config): void {
  if (UPSTREAM_URL !== undefined || LOCAL_API_KEYS === undefined || AUTH === 'passthrough') return;
  const own = UPSTREAM_KEYS === undefined ? [UPSTREAM_API_KEY] : [...UPSTREAM_KEYS.values()];
  if (own.every((key) => LOCAL_API_KEYS.includes(key))) return;
  const name = UPSTREAM_KEYS === undefined ? 'UPSTREAM_API_KEY' : 'Each of UPSTREAM_KEYS';
  throw new ConfigError([`${name} must be one of LOCAL_API_KEYS`]);
}

/** Undefined with UPSTREAM_STREAMING=off: then all runs are polled. */
function createStreams(
  { UPSTREAM_STREAMING, UPSTREAM_STREAMS }: Config,
  url: string,
  { circuit }: Transport,
) {
  if (!UPSTREAM_STREAMING) return undefined;
  const streams = createStreamTransport({ url, streams: UPSTREAM_STREAMS, circuit });
  running.push(streams);
  return streams;
}

function createFileTransport(config: Config, url: string, { circuit }: Transport): Files | undefined {
  if (!config.FILES) return undefined;
  const files = createFiles({ url, circuit, ...fileLimits(config) });
  running.push(files);
  return files;
}

function logUpstreamState(isDown: boolean, error: unknown): void {
  if (isDown) log.warn({ reason: messageOf(error) }, 'the upstream is down: requests fail until it responds');
  else log.warn('the upstream responds again');
}

async function startLocal(config: Config): Promise<LocalApiThread> {
  const local = await startLocalApiThread({
    dataDir: config.DATA_DIR,
    host: config.LOCAL_API_HOST,
    port: config.LOCAL_API_PORT,
    keys: config.LOCAL_API_KEYS,
    requestsPerMinute: config.LOCAL_API_REQUESTS_PER_MINUTE,
    logRequests: config.LOCAL_API_LOG,
    tokenMs: config.OFFLINE_TOKEN_MS,
    modelServer: modelServerOf(config),
    embeddingServer: embeddingServerOf(config),
    log: ({ level, message, fields }) => log[level](fields ?? {}, message),
  });
  running.push(local);
  // The server is useless without it. A process manager can restart both.
  local.ended.catch((error: unknown) => fail(messageOf(error)));
  return local;
}

function modelServerOf(config: Config): LocalApiThreadOptions['modelServer'] {
  const { MODEL_URL: url, MODEL_API_KEY: apiKey } = config;
  if (url === undefined) return undefined;
  return {
    url,
    apiKey,
    names: config.MODEL_NAME ?? { pairs: [] },
    contextTokens: config.MODEL_CONTEXT_TOKENS,
    silenceMs: config.MODEL_TIMEOUT_MS,
  };
}

function embeddingServerOf(config: Config): LocalApiThreadOptions['embeddingServer'] {
  const { MODEL_URL: url, MODEL_API_KEY: apiKey, EMBEDDING_MODEL: model } = config;
  if (url === undefined || model === undefined) return undefined;
  return { url, apiKey, model, timeoutMs: config.MODEL_TIMEOUT_MS };
}

/**
 * Waits until load balancers know of the stop, and closes everything in reverse order of its start, so that running operations can still call the API. Only the first call
 * counts: on Ctrl-C, this process gets one signal from the terminal and one from npm.
 */
async function stop(config: Config, exitCode: number, signal?: NodeJS.Signals): Promise<void> {
  const { SHUTDOWN_MS, SHUTDOWN_DELAY_MS } = config;
  if (stopping) return;
  stopping = true;
  say(`Stopping. This takes at most ${SHUTDOWN_MS} ms.`);
  setTimeout(() => cutShort(SHUTDOWN_MS, signal), SHUTDOWN_MS * CUT_AFTER);
  for (const part of running) part.drain?.();
  // After an unexpected error, nothing is known to work.
  if (signal !== undefined && SHUTDOWN_DELAY_MS > 0) await sleep(SHUTDOWN_DELAY_MS);
  for (const part of running.toReversed()) {
    await part.close().catch((err) => log.error({ err }, 'error while closing'));
  }
  flush();
  process.exit(exitCode);
}

/**
 * Ends the process as if it did not handle the signal. `process.exit` would first terminate the thread of the local API, and Node
 * aborts with a core dump if that thread is busy and requests wait for it. What the local API has acknowledged is on disk.
 */
function cutShort(shutdownMs: number, signal: NodeJS.Signals | undefined): void {
  const sentence = `The stop would take longer than ${shutdownMs} ms and was cut short.`;
  if (signal === undefined) fail(sentence);
  flush();
  process.stderr.write(`${sentence}\n`);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function fail(sentence: string): never {
  flush();
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
