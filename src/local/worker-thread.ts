import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LocalApi, LocalApiOptions } from './local-api.ts';
import type { Log, LogEntry } from './log.ts';

/** The options that can be passed to a worker: plain data only. */
export type WorkerOptions = Pick<
  LocalApiOptions,
  | 'dataDir'
  | 'host'
  | 'port'
  | 'tokenMs'
  | 'expiresAfterS'
  | 'modelServer'
  | 'embeddingServer'
  | 'keys'
  | 'requestsPerMinute'
  | 'logRequests'
>;

export type MessageToWorker = 'close';
export type MessageFromWorker =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'log'; readonly entry: LogEntry };

export interface LocalApiThreadOptions extends WorkerOptions {
  /** Nothing is logged by default. */
  readonly log?: Log;
}

export interface LocalApiThread extends LocalApi {
  /** Resolves after `close()`. Rejects if the thread ends without it. */
  readonly ended: Promise<void>;
}

/** The local API could not start, or stopped. The message names the setting to change, if one is wrong. */
export class LocalApiError extends Error {
  override name = 'LocalApiError';
}

/** The built file: `tsc` rewrites the extension in an import, not in a URL. */
const WORKER = new URL('./worker.js', import.meta.url);

/**
 * Starts the local API in a worker thread, so that its writes to disk never block the calling thread. Rejects with a
 * {@link LocalApiError} if the port or the data directory cannot be used.
 */
export async function startLocalApiThread({
  log = () => undefined,
  ...options
}: LocalApiThreadOptions): Promise<LocalApiThread> {
  const worker = new Worker(WORKER, { workerData: options satisfies WorkerOptions });
  const exited = once(worker, 'exit').then(() => undefined);
  let failure: string | undefined = 'The local API stopped unexpectedly.';
  const ended = exited.then(
    () => {
      if (failure !== undefined) throw new LocalApiError(failure);
    },
    (error) => {
      throw new LocalApiError(`The local API crashed: ${String(error)}`, { cause: error });
    },
  );
  // A caller that ignores `ended` must not get an unhandled rejection.
  ended.catch(() => undefined);

  const url = await new Promise<string>((resolve, reject) => {
    worker.on('message', (message: MessageFromWorker) => {
      if (message.kind === 'listening') resolve(message.url);
      if (message.kind === 'log') log(message.entry);
      if (message.kind === 'failed') failure = message.reason;
    });
    ended.catch(reject);
  });
  return {
    url,
    ended,
    async close() {
      failure = undefined;
      worker.postMessage('close' satisfies MessageToWorker);
      // `ended` reports a crash. Closing a thread that has already crashed succeeds.
      await exited.catch(() => undefined);
    },
  };
}
