import { citationsIn } from '../engine/citations.ts';
import { textContent } from '../engine/message-text.ts';
import { invalid, notFound } from '../http/api-error.ts';
import type { CheckedBody } from '../http/request-bodies.ts';
import type { NewId } from '../ids.ts';
import type { MessageFileObject, MessageObject } from '../objects.ts';
import { pageOf } from '../store/page.ts';
import type { Store } from '../store/store.ts';
import { checkFiles, findMessage, findThread } from './find.ts';
import type { HandlerDeps, HandlersOf } from './handler.ts';
import { json, jsonList, mapPage } from './responses.ts';

/** The operations on messages. */
export function createMessageHandlers({ store, newId }: HandlerDeps) {
  const handlers: HandlersOf<'listMessages' | 'createMessage' | 'getMessage' | 'modifyMessage'> = {
    listMessages({ tenant, ids, page }) {
      const thread = findThread(store, tenant, ids.thread_id);
      return jsonList(
        mapPage(store.messages.page(thread.id, page), (message) => messageResponse(store, message)),
      );
    },
    createMessage({ tenant, ids, body }) {
      const thread = findThread(store, tenant, ids.thread_id);
      checkFiles(store, tenant, body.file_ids ?? [], 'file_ids');
      const run = store.liveRun(thread.id);
      if (run !== undefined) {
        throw invalid(`Can't add messages to ${thread.id} while a run ${run.id} is active.`);
      }
      const [message] = store.transaction(() => addMessages(store, newId, thread.id, [body]));
      return json({ ...message });
    },
    getMessage: ({ tenant, ids }) => json(messageResponse(store, findMessage(store, tenant, ids))),
    modifyMessage({ tenant, ids, body }) {
      const message = findMessage(store, tenant, ids);
      if (body.metadata !== undefined) message.metadata = body.metadata ?? {};
      store.messages.replace(message);
      return json(messageResponse(store, message));
    },
  };
  return handlers;
}

/** The operations on the files of a message. */
export function createMessageFileHandlers({ store }: HandlerDeps) {
  const handlers: HandlersOf<'listMessageFiles' | 'getMessageFile'> = {
    listMessageFiles: ({ tenant, ids, page }) =>
      jsonList(pageOf(messageFiles(findMessage(store, tenant, ids)), page)),
    getMessageFile({ tenant, ids }) {
      const file = messageFiles(findMessage(store, tenant, ids)).find(({ id }) => id === ids.file_id);
      if (file === undefined) throw notFound('message file', ids.file_id);
      return json(file);
    },
  };
  return handlers;
}

/** Appends messages to a thread. Must be called in a transaction. */
export function addMessages(
  store: Store,
  newId: NewId,
  threadId: string,
  bodies: readonly CheckedBody<'createMessage'>[],
): MessageObject[] {
  return bodies.map((body) => {
    const at = store.seconds();
    const message: MessageObject = {
      id: newId('msg_'),
      object: 'thread.message',
      created_at: at,
      thread_id: threadId,
      status: 'completed',
      incomplete_details: null,
      completed_at: at,
      incomplete_at: null,
      role: body.role,
      content: textContent(body.content),
      assistant_id: null,
      run_id: null,
      file_ids: [...new Set(body.file_ids)],
      metadata: body.metadata ?? {},
    };
    store.messages.insert(threadId, message);
    return message;
  });
}

/** A message that is in progress has the text written so far. */
function messageResponse(store: Store, message: MessageObject): MessageObject {
  if (message.status !== 'in_progress') return message;
  const text = store.pieces.text(message.id);
  return { ...message, content: textContent(text, citationsIn(store, message, text)) };
}

function messageFiles({ id, created_at, file_ids }: MessageObject): MessageFileObject[] {
  return file_ids.map((fileId) => ({
    id: fileId,
    object: 'thread.message.file',
    created_at,
    message_id: id,
  }));
}
