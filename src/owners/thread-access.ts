import type { RestClient } from '../rest/client.ts';
import { HttpStatusError, isNotFound } from '../rest/errors.ts';
import type { Thread } from '../rest/wire/thread.ts';
import type { KnownThreads } from './known-threads.ts';

/** Lets one operation of a principal at its own threads only. */
export class ThreadAccess {
  readonly #rest: RestClient;
  readonly #known: KnownThreads;
  readonly #isOwn: (thread: Thread) => boolean;
  /** Threads that the operation has read, or is reading. */
  readonly #threads = new Map<string, Promise<Thread>>();

  constructor(rest: RestClient, known: KnownThreads, isOwn: (thread: Thread) => boolean) {
    this.#rest = rest;
    this.#known = known;
    this.#isOwn = isOwn;
  }

  /** Fulfilled if the thread is the principal's. Reads it unless that is known. @throws as {@link read} does */
  async require(threadId: string): Promise<void> {
    if (!this.#known.has(threadId)) await this.read(threadId);
  }

  /** The thread, if it is the principal's. @throws a 404, the same whether it does not exist or is somebody else's; or what the GET throws */
  read(threadId: string): Promise<Thread> {
    const known = this.#threads.get(threadId);
    if (known !== undefined) return known;
    const read = this.#read(threadId);
    this.#threads.set(threadId, read);
    read.catch((error: unknown) => {
      if (!isNotFound(error)) this.#threads.delete(threadId);
    });
    return read;
  }

  /** A write to the thread is about to be sent: what was read of it no longer counts. */
  forget(threadId: string): void {
    this.#threads.delete(threadId);
  }

  /** The principal has created the thread. */
  add(threadId: string): void {
    this.#known.add(threadId);
  }

  /** The thread was deleted. */
  remove(threadId: string): void {
    this.#known.delete(threadId);
  }

  async #read(thread_id: string): Promise<Thread> {
    const thread = await this.#rest.call('getThread', { thread_id }).catch((error: unknown) => {
      throw isNotFound(error) ? notFound() : error;
    });
    if (!this.#isOwn(thread)) throw notFound();
    this.#known.add(thread_id);
    return thread;
  }
}

/** Nothing of the upstream's response is in it, which would tell a missing thread from one of somebody else. */
function notFound(): HttpStatusError {
  const none = { type: undefined, code: undefined, param: undefined, requestId: undefined };
  return new HttpStatusError('The thread does not exist', { status: 404, ...none });
}
