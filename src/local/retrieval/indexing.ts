import type { Clock } from '../clock.ts';
import { DocumentError } from '../documents/document.ts';
import { MAX_PASSAGES, type Passage } from '../documents/passages.ts';
import type { Reader } from '../documents/reader.ts';
import type { Pace } from '../pace.ts';
import { nextCommitSize } from '../store/commit-size.ts';
import type { Store } from '../store/store.ts';
import type { PendingText } from '../store/texts.ts';
import { createBackgroundWork } from './background-work.ts';

/** Reads uploaded files, one at a time, and stores their passages. */
export interface Indexing {
  /** Starts reading what is to be read, also what an earlier process left. To be called after an upload. */
  wake(): void;
  /** Resolves once all of these files have been read, or `signal` aborts. */
  whenRead(fileIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Stops. A file that is being read is read again at the next start. */
  close(): Promise<void>;
}

export interface IndexingDeps {
  readonly store: Store;
  readonly reader: Reader;
  readonly clock: Clock;
  readonly pace: Pace;
  /** Called after each file. */
  readonly onRead: () => void;
  /** Called with every unexpected error, such as a bug or a full disk. */
  readonly onError: (error: unknown) => void;
}

/** A file during which the process died may have been the reason. */
const MAX_ATTEMPTS = 3;
const MAX_BATCH = 64;

/** Reads nothing before `wake` is called. */
export function createIndexing(deps: IndexingDeps): Indexing {
  const { store } = deps;
  /** The files whose attempt was counted: errors of the disk do not count. */
  const begun = new Set<string>();
  let waiting: (() => void)[] = [];

  const work = createBackgroundWork(async (signal) => {
    let tenant = '';
    for (let text = store.texts.next(tenant); text !== undefined; text = store.texts.next(tenant)) {
      tenant = text.tenant;
      await readText(deps, text, begun, signal);
      for (const resume of waiting.splice(0)) resume();
      deps.onRead();
      if (signal.aborted) return undefined;
    }
  }, deps);

  return {
    wake: work.wake,
    async whenRead(fileIds, signal) {
      while (!signal.aborted && store.texts.arePending(fileIds)) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    },
    async close() {
      await work.close();
      waiting = [];
    },
  };
}

/** Reads one file. Throws if that may work later, such as when the disk has space again. */
async function readText(
  deps: IndexingDeps,
  pending: PendingText,
  begun: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const { store } = deps;
  const text = store.texts.restart(pending, store.removal.removeText);
  if (text.attempts >= MAX_ATTEMPTS) {
    const problem = `The local API stopped ${MAX_ATTEMPTS} times while it read the file.`;
    return store.texts.finish(text.number, { problem });
  }
  if (!begun.has(text.fileId)) store.texts.count(text.number, 1);
  begun.add(text.fileId);
  try {
    const unread = await storePassages(deps, text, signal);
    if (signal.aborted) store.texts.count(text.number, -1);
    else store.texts.finish(text.number, { unread });
    begun.delete(text.fileId);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    store.texts.finish(text.number, { problem: error.message });
    begun.delete(text.fileId);
  }
}

/** Returns what could not be read of the file, if anything. */
async function storePassages(
  deps: IndexingDeps,
  text: PendingText,
  closing: AbortSignal,
): Promise<string | undefined> {
  const { store, reader, pace } = deps;
  const file = store.files.find(text.fileId);
  if (file === undefined) return undefined;
  const stop = new AbortController();
  const signal = AbortSignal.any([closing, stop.signal]);
  let index = 0;
  let size = 1;
  let batch: Passage[] = [];
  let unread: string | undefined;
  const storeBatch = async () => {
    await pace.turn();
    const start = performance.now();
    if (!store.texts.append(text.number, index, batch)) stop.abort();
    size = nextCommitSize(size, start, MAX_BATCH);
    index += batch.length;
    batch = [];
  };
  for await (const part of reader.read(file.filename, store.contents.pieces(file.id), signal)) {
    if ('unread' in part) unread = part.unread;
    else batch.push(part);
    if (index + batch.length > MAX_PASSAGES) throw new DocumentError('The file cannot be read.');
    if (batch.length >= size) await storeBatch();
    if (signal.aborted) return;
  }
  if (batch.length > 0 && !signal.aborted) await storeBatch();
  return unread;
}
