/** The process: settings, the local API where no upstream is named, the server, signals. */
import { pino } from 'pino';
import { type Config, ConfigError, readConfig } from './config.ts';
import { type LocalApiThread, startLocalApiThread } from './local/worker-thread.ts';
import { createStreamTransport } from './rest/stream-transport.ts';
import { createTransport } from './rest/transport.ts';
import { createServer } from './server.ts';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

interface Closable {
  close(): Promise<void>;
}

const log = pino({ level: 'info' }, pino.destination({ dest: 2, sync: true }));
/** What runs, in the order in which it was started. */
const running: Closable[] = [];
let stopping = false;

try {
  const config = readConfig();
  log.level = config.LOG_LEVEL;
  // From the start on: a stop may be wanted before everything runs.
  for (const signal of STOP_SIGNALS) process.on(signal, () => stop(config, 0));
  process.on('uncaughtException', (err) => {
    log.error({ err }, 'stopping after an unexpected error');
    stop(config, 1);
  });
  await (isLocalAlone(process.argv.slice(2)) ? runLocalApi(config) : runServer(config));
} catch (error) {
  fail(error instanceof ConfigError ? error.message : `Cannot start: ${messageOf(error)}`);
}

/** Whoever writes `npm start -- --port 5000` is told, and not left with a server on another port. */
function isLocalAlone([command, ...rest]: readonly string[]): boolean {
  const unknown = command === 'local' ? rest[0] : command;
  if (unknown !== undefined) {
    throw new Error(`it knows no argument '${unknown}': settings are environment variables, such as PORT.`);
  }
  return command === 'local';
}

async function runLocalApi(config: Config): Promise<void> {
  const local = await startLocal(config);
  say(`The local Assistants API listens on ${local.url}`);
}

async function runServer(config: Config): Promise<void> {
  const local = config.UPSTREAM_URL === undefined ? await startLocal(config) : undefined;
  const url = config.UPSTREAM_URL ?? local?.url ?? '';
  const transport = createTransport({ url, connections: config.UPSTREAM_CONNECTIONS });
  running.push(transport);
  const streams = createStreams(config, url);
  const server = await createServer({ config, transport, streams, log });
  running.push(server);
  say(`GraphQL is served on ${server.url}`);
  if (config.GRAPHIQL) say('Open it in a browser to explore the graph.');
  say(local ? `The local Assistants API listens on ${local.url}` : `The Assistants API behind is ${url}`);
}

/** Undefined with UPSTREAM_STREAMING=off: runs are polled then. */
function createStreams({ UPSTREAM_STREAMING, UPSTREAM_STREAMS }: Config, url: string) {
  if (!UPSTREAM_STREAMING) return undefined;
  const streams = createStreamTransport({ url, streams: UPSTREAM_STREAMS });
  running.push(streams);
  return streams;
}

async function startLocal(config: Config): Promise<LocalApiThread> {
  const local = await startLocalApiThread({
    dataDir: config.DATA_DIR,
    port: config.LOCAL_API_PORT,
    tokenMs: config.OFFLINE_TOKEN_MS,
    onError: (reason) => log.error({ reason }, 'the local API had an internal error'),
  });
  running.push(local);
  // Nothing can be answered without it, and whoever keeps this process alive can start both anew.
  local.ended.catch((error: unknown) => fail(messageOf(error)));
  return local;
}

/**
 * Closes what runs, the last started first, so that operations under way still find the API behind them. Only the first
 * call counts: on Ctrl-C the terminal signals this process and npm, which passes its signal on.
 */
async function stop({ SHUTDOWN_MS }: Config, exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  say(`Stopping, within ${SHUTDOWN_MS} ms`);
  setTimeout(() => fail(`Not everything stopped within ${SHUTDOWN_MS} ms; it was cut off.`), SHUTDOWN_MS);
  for (const part of running.toReversed()) {
    await part.close().catch((err) => log.error({ err }, 'could not be closed'));
  }
  process.exit(exitCode);
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
