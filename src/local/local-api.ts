import { listen } from '../http/listen.ts';
import { type Clock, createSystemClock } from './clock.ts';
import { createEngine } from './engine/engine.ts';
import { createRunEvents } from './engine/run-events.ts';
import { createHandlers } from './handlers/all-handlers.ts';
import { createFileHandlers } from './handlers/files.ts';
import { createDispatch } from './http/dispatch.ts';
import { createHttpServer } from './http/http-server.ts';
import { type NewId, newRandomId } from './ids.ts';
import type { Model } from './models/model.ts';
import { createOfflineModel } from './models/offline/model.ts';
import { openStore } from './store/store.ts';

export interface LocalApiOptions {
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
  /** Called with every error that is not a client's mistake, such as a bug or a full disk. Ignored by default. */
  readonly onError?: (error: unknown) => void;
  readonly clock?: Clock;
  readonly newId?: NewId;
  /** The offline model by default. */
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
  const onError = options.onError ?? (() => undefined);
  const model = options.model ?? createOfflineModel({ clock, tokenMs });
  const store = openStore(options.dataDir, clock);
  const events = createRunEvents();
  const engine = createEngine({
    store,
    model,
    clock,
    newId,
    events,
    pauseMs: tokenMs,
    expiresAfterS,
    onError,
  });
  const pollAfterMs = Math.min(Math.max(tokenMs * WORDS_BETWEEN_POLLS, MIN_POLL_MS), MAX_POLL_MS);
  const handlerDeps = { store, engine, newId, expiresAfterS, pollAfterMs };
  const dispatch = createDispatch({
    handlers: createHandlers(handlerDeps),
    fileHandlers: createFileHandlers(handlerDeps),
  });
  const server = createHttpServer({ dispatch, events, newId, onError });
  const address = { host: options.host ?? '127.0.0.1', port: options.port, settings: 'LOCAL_API_PORT' };
  const origin = await listen(server, address).catch((error: unknown) => {
    store.close();
    throw error;
  });
  engine.resume();
  return {
    url: `${origin}/v1`,
    async close() {
      server.close();
      await engine.close();
      events.close();
      server.closeAllConnections();
      store.close();
    },
  };
}
