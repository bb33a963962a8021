/** The worker thread's entry: the one module here that does something when it is loaded. */
import { parentPort, workerData } from 'node:worker_threads';
import { createLocalApi, type LocalApi } from './local-api.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './worker-thread.ts';

const parent = parentPort;
if (parent === null) throw new Error('This module runs as a worker thread only.');

const tell = (message: FromWorker) => parent.postMessage(message);
const reasonOf = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

try {
  const options = workerData as WorkerOptions;
  const api = await createLocalApi({
    ...options,
    onFault: (error) => tell({ kind: 'fault', reason: reasonOf(error) }),
  });
  parent.on('message', (message: ToWorker) => {
    if (message === 'close') void closeAndLeave(api);
  });
  tell({ kind: 'listening', url: api.url });
} catch (error) {
  tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  parent.close();
}

async function closeAndLeave(api: LocalApi): Promise<void> {
  await api.close();
  parent?.close();
}
