import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LocalApi, LocalApiOptions } from './local-api.ts';

/** What can be said to a worker when it starts: plain data only. */
export type WorkerOptions = Pick<LocalApiOptions, 'dataDir' | 'host' | 'port' | 'tokenMs' | 'expiresAfterS'>;

export type ToWorker = 'close';
export type FromWorker =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'fault'; readonly reason: string };

export interface LocalApiThreadOptions extends WorkerOptions {
  /** Told of failures that are nobody's request, the local API living on. */
  readonly onFault?: (reason: string) => void;
}

export interface LocalApiThread extends LocalApi {
  /** Rejects when the thread dies without having been asked to; resolves once close() is through. */
  readonly ended: Promise<void>;
}

/** The local API could not start, or died: one sentence, which names the setting where one is to blame. */
export class LocalApiError extends Error {
  override name = 'LocalApiError';
}

/** Resolved beside this file as it is built: `tsc` rewrites the names of imports, not of URLs. */
const WORKER = new URL('./worker.js', import.meta.url);

/**
 * Starts the local API in a worker thread, so that its commits to disk never hold up this one. Rejects with a
 * {@link LocalApiError} where the port is taken or the data directory cannot be used.
 */
export async function startLocalApiThread({
  onFault,
  ...options
}: LocalApiThreadOptions): Promise<LocalApiThread> {
  const worker = new Worker(WORKER, { workerData: options satisfies WorkerOptions });
  const exited = once(worker, 'exit').then(() => undefined);
  let closing = false;
  const ended = exited.then(
    () => {
      if (!closing) throw new LocalApiError('The local API stopped of its own accord.');
    },
    (error) => {
      throw new LocalApiError(`The local API died: ${String(error)}`, { cause: error });
    },
  );
  // Whoever does not wait for `ended` need not handle it either.
  ended.catch(() => undefined);

  const url = await new Promise<string>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'listening') resolve(message.url);
      if (message.kind === 'failed') reject(new LocalApiError(message.reason));
      if (message.kind === 'fault') onFault?.(message.reason);
    });
    ended.catch(reject);
  });
  return {
    url,
    ended,
    async close() {
      closing = true;
      worker.postMessage('close' satisfies ToWorker);
      // How a thread died is told by `ended`; closing one that is dead already is no failure.
      await exited.catch(() => undefined);
    },
  };
}
