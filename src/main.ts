/** The process: settings, the local API where no upstream is named, the server, signals. */
import closeWithGrace from 'close-with-grace';
import { pino } from 'pino';
import { type Config, ConfigError, readConfig } from './config.ts';
import { type LocalApiThread, startLocalApiThread } from './local/thread.ts';
import { createTransport } from './rest/transport.ts';
import { createServer } from './server.ts';

const EXPLORE = 'Open it in a browser to explore the graph.';

interface Closable {
  close(): Promise<void>;
}

const log = pino({ level: 'info' }, pino.destination({ dest: 2, sync: true }));

try {
  const config = readConfig();
  log.level = config.LOG_LEVEL;
  await (process.argv[2] === 'local' ? runLocalApi(config) : runServer(config));
} catch (error) {
  process.stderr.write(
    error instanceof ConfigError ? `${error.message}\n` : `Cannot start: ${messageOf(error)}\n`,
  );
  process.exit(1);
}

async function runLocalApi(config: Config): Promise<void> {
  const local = await startLocal(config);
  say(`The local Assistants API listens on ${local.url}`);
  closeOnSignal(config, [local]);
}

async function runServer(config: Config): Promise<void> {
  const local = config.UPSTREAM_URL === undefined ? await startLocal(config) : undefined;
  const url = config.UPSTREAM_URL ?? local?.url ?? '';
  const transport = createTransport({ url, connections: config.UPSTREAM_CONNECTIONS });
  try {
    const server = await createServer({ config, transport, log });
    say(`GraphQL is served on ${server.url}\n${EXPLORE}`);
    say(local ? `The local Assistants API listens on ${local.url}` : `The Assistants API behind is ${url}`);
    closeOnSignal(config, [server, transport, ...(local ? [local] : [])]);
  } catch (error) {
    await local?.close();
    throw error;
  }
}

async function startLocal(config: Config): Promise<LocalApiThread> {
  const local = await startLocalApiThread({
    dataDir: config.DATA_DIR,
    port: config.LOCAL_API_PORT,
    tokenMs: config.OFFLINE_TOKEN_MS,
    onFault: (reason) => log.error({ reason }, 'the local API had a fault'),
  });
  local.ended.catch((error: unknown) => {
    log.error(messageOf(error));
    process.exit(1);
  });
  return local;
}

/** Closes in the order given, once: what takes requests first, what they need last. */
function closeOnSignal(config: Config, parts: readonly Closable[]): void {
  closeWithGrace({ delay: config.SHUTDOWN_MS, logger: false }, async ({ err }) => {
    if (err) log.error({ err }, 'stopping after an unexpected error');
    for (const part of parts) await part.close();
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
