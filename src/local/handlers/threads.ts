import type { CheckedBody } from '../http/request-bodies.ts';
import type { NewId } from '../ids.ts';
import type { ThreadObject } from '../objects.ts';
import type { Store } from '../store/store.ts';
import { checkMessageFiles, findThread } from './find.ts';
import type { HandlerDeps, HandlersOf } from './handler.ts';
import { addMessages } from './messages.ts';
import { json } from './responses.ts';

/** The operations on threads. */
export function createThreadHandlers({ store, engine, newId }: HandlerDeps) {
  const handlers: HandlersOf<'createThread' | 'getThread' | 'modifyThread' | 'deleteThread'> = {
    createThread: ({ tenant, body }) => json(addThread(store, newId, tenant, body)),
    getThread: ({ tenant, ids }) => json(findThread(store, tenant, ids.thread_id)),
    modifyThread({ tenant, ids, body }) {
      const thread = findThread(store, tenant, ids.thread_id);
      if (body.metadata !== undefined) thread.metadata = body.metadata ?? {};
      store.threads.replace(thread);
      return json(thread);
    },
    deleteThread({ tenant, ids }) {
      const { id } = findThread(store, tenant, ids.thread_id);
      const run = store.liveRun(id);
      store.removal.removeThread(id);
      if (run !== undefined) engine.forget(run.id);
      return json({ id, object: 'thread.deleted', deleted: true });
    },
  };
  return handlers;
}

/** Stores a thread and its first messages in one transaction. `path` is the prefix of the body's params in the request. */
export function addThread(
  store: Store,
  newId: NewId,
  tenant: string,
  body: CheckedBody<'createThread'>,
  path = '',
): ThreadObject {
  const messages = body.messages ?? [];
  checkMessageFiles(store, tenant, messages, `${path}messages`);
  return store.transaction(() => {
    const thread: ThreadObject = {
      id: newId('thread_'),
      object: 'thread',
      created_at: store.seconds(),
      metadata: body.metadata ?? {},
    };
    store.threads.insert(tenant, thread);
    addMessages(store, newId, thread.id, messages);
    return thread;
  });
}
