/** The entry point of the worker thread: unlike other modules, it starts something when it is loaded. */
import { parentPort, workerData } from 'node:worker_threads';
import { createLocalApi, type LocalApi } from './local-api.ts';
import type { MessageFromWorker, MessageToWorker, WorkerOptions } from './worker-thread.ts';

const parent = parentPort;
if (parent === null) throw new Error('This module must be run in a worker thread.');

const post = (message: MessageFromWorker) => parent.postMessage(message);

const starting = createLocalApi({
  ...(workerData as WorkerOptions),
  log: (entry) => post({ kind: 'log', entry }),
  onFailure: (error) => {
    post({ kind: 'failed', reason: error.message });
    void starting.then(closeAndExit);
  },
});

try {
  const api = await starting;
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
