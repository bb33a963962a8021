import { listen } from '../http/listen.ts';
import { type Clock, createSystemClock } from './clock.ts';
import { createEngine } from './engine/engine.ts';
import { createRunEvents } from './engine/run-events.ts';
import { createHandlers } from './handlers/all-handlers.ts';
import { createFileHandlers } from './handlers/files.ts';
import { type AdmissionOptions, createAdmission } from './http/admission.ts';
import { createDispatch } from './http/dispatch.ts';
import { createHttpServer } from './http/http-server.ts';
import { type NewId, newRandomId } from './ids.ts';
import type { Log } from './log.ts';
import type { Model } from './models/model.ts';
import { createModels, type ModelServerOptions, onlyModel } from './models/models.ts';
import { createPace } from './pace.ts';
import type { EmbeddingServerOptions } from './retrieval/embedding-server.ts';
import { createRetrieval } from './retrieval/retrieval.ts';
import { StorageError } from './store/storage-error.ts';
import { openStore } from './store/store.ts';

export interface LocalApiOptions extends AdmissionOptions {
  /** Where the database is. Created if it does not exist; used by one process at a time. */
  readonly dataDir: string;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Milliseconds between two words of the offline model, and how long a run stays queued or cancelling. */
  readonly tokenMs: number;
  /** Seconds from a run's creation until it expires; 600 by default. */
  readonly expiresAfterS?: number;
  /** Nothing is logged by default. */
  readonly log?: Log;
  /** Whether each request is logged. */
  readonly logRequests?: boolean;
  /** Called once if the local API cannot go on, because its data directory is gone. It should be closed then. */
  readonly onFailure?: (error: Error) => void;
  readonly clock?: Clock;
  readonly newId?: NewId;
  /** The server of the models. Without one, the offline model writes all messages. */
  readonly modelServer?: ModelServerOptions | undefined;
  /** The server of the embeddings for retrieval. Without one, passages are found by their words alone. */
  readonly embeddingServer?: EmbeddingServerOptions | undefined;
  /** Where the built modules are that run in processes and threads of their own: by default, beside this one. */
  readonly builtModules?: URL;
  /** In place of all other models. */
  readonly model?: Model;
}

export interface LocalApi {
  /** Such as `http://127.0.0.1:4001/v1`. */
  readonly url: string;
  /** Closes streams and connections at once and releases the data directory. Unfinished runs resume at the next start. */
  close(): Promise<void>;
}

const WORDS_BETWEEN_POLLS = 10;
const MIN_POLL_MS = 20;
const MAX_POLL_MS = 1_000;

/**
 * Starts the local API: opens the data directory, listens and resumes unfinished runs. Throws a DataDirectoryError or a
 * ListenError, whose message names the setting to change.
 */
export async function createLocalApi(options: LocalApiOptions): Promise<LocalApi> {
  const { tokenMs, expiresAfterS = 600, clock = createSystemClock(), newId = newRandomId } = options;
  const { log = () => undefined, onFailure: onLost = () => undefined } = options;
  const onError = (error: unknown) => logError(log, error);
  const store = openStore({ dataDir: options.dataDir, clock, log, onLost });
  const models = options.model
    ? onlyModel(options.model)
    : createModels(options.modelServer, { clock, log, tokenMs });
  const events = createRunEvents();
  const pace = createPace();
  const modules = options.builtModules ?? new URL('.', import.meta.url);
  const { dataDir, embeddingServer } = options;
  const retrieval = createRetrieval({ store, dataDir, embeddingServer, modules, clock, pace, log, onError });
  const engine = createEngine({
    store,
    retrieval,
    models,
    clock,
    newId,
    events,
    pauseMs: tokenMs,
    expiresAfterS,
    pace,
    log,
    onError,
  });
  const pollAfterMs = Math.min(Math.max(tokenMs * WORDS_BETWEEN_POLLS, MIN_POLL_MS), MAX_POLL_MS);
  const handlerDeps = { store, engine, retrieval, newId, expiresAfterS, pollAfterMs };
  const dispatch = createDispatch({
    handlers: createHandlers(handlerDeps),
    fileHandlers: createFileHandlers(handlerDeps),
    pace,
  });
  const admit = createAdmission(options, clock);
  const requestLog = options.logRequests ? log : undefined;
  const server = createHttpServer({ admit, dispatch, events, newId, onError, requestLog });
  const address = {
    host: options.host ?? '127.0.0.1',
    port: options.port,
    settings: 'LOCAL_API_PORT or LOCAL_API_HOST',
  };
  const origin = await listen(server, address).catch((error: unknown) => {
    store.close();
    throw error;
  });
  engine.resume();
  retrieval.readFiles();
  return {
    url: `${origin}/v1`,
    async close() {
      server.close();
      await engine.close();
      await retrieval.close();
      await models.close();
      events.close();
      server.closeAllConnections();
      store.close();
    },
  };
}

/** An error that is not a client's mistake. A full disk and a lost directory have been reported already. */
function logError(log: Log, error: unknown): void {
  if (error instanceof StorageError && error.problem !== 'broken') return;
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log({ level: 'error', message: 'internal error in the local API', fields: { reason } });
}
