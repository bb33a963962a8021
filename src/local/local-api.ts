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
  /** Where the database is, created if need be. One process at a time. */
  readonly dataDir: string;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Milliseconds between two words of the offline model, and how long a run stays queued or cancelling. */
  readonly tokenMs: number;
  /** Seconds from a run's creation until it expires; 600 by default. */
  readonly expiresAfterS?: number;
  /** Told of every failure that is nobody's request: a bug, a full disk. Dropped by default. */
  readonly onFault?: (error: unknown) => void;
  readonly clock?: Clock;
  readonly newId?: NewId;
  /** The offline one by default. */
  readonly model?: Model;
}

export interface LocalApi {
  /** As in `http://127.0.0.1:4001/v1`. */
  readonly url: string;
  /** Ends open streams and connections at once, leaves unfinished runs on disk for the next start, and lets go of the directory. */
  close(): Promise<void>;
}

/** A client that polls asks again after so many words, within reason. */
const WORDS_BETWEEN_POLLS = 10;

/**
 * Starts the local API: opens the data directory, listens, and goes on with the runs that were left behind. Throws a
 * DataDirectoryError or a ListenError, whose message names the setting to change.
 */
export async function createLocalApi(options: LocalApiOptions): Promise<LocalApi> {
  const { tokenMs, expiresAfterS = 600, clock = createSystemClock(), newId = newRandomId } = options;
  const onFault = options.onFault ?? (() => undefined);
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
    onFault,
  });
  const pollAfterMs = Math.min(Math.max(tokenMs * WORDS_BETWEEN_POLLS, 20), 1_000);
  const handlerDeps = { store, engine, newId, expiresAfterS, pollAfterMs };
  const dispatch = createDispatch({
    handlers: createHandlers(handlerDeps),
    fileHandlers: createFileHandlers(handlerDeps),
  });
  const server = createHttpServer({ dispatch, events, newId, onFault });
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
