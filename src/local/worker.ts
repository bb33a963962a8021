/** The entry point of the worker thread: unlike other modules, it starts something when it is loaded. */
import { parentPort, workerData } from 'node:worker_threads';
import { createLocalApi, type LocalApi } from './local-api.ts';
import type { MessageFromWorker, MessageToWorker, WorkerOptions } from './worker-thread.ts';

const parent = parentPort;
if (parent === null) throw new Error('This module must be run in a worker thread.');

const post = (message: MessageFromWorker) => parent.postMessage(message);
const describe = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

try {
  const options = workerData as WorkerOptions;
  const api = await createLocalApi({
    ...options,
    onError: (error) => post({ kind: 'error', reason: describe(error) }),
  });
  parent.on('message', (message: MessageToWorker) => {
    if (message === 'close') void closeAndExit(api);
  });
  post({ kind: 'listening', url: api.url });
} catch (error) {
  post({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  parent.close();
}

async function closeAndExit(api: LocalApi): Promise<void> {
  await api.close();
  parent?.close();
}
