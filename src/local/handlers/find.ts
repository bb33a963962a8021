import { notFound } from '../http/api-error.ts';
import type { MessageObject, RunObject, ThreadObject } from '../objects.ts';
import type { AssistantRecord, Store } from '../store/store.ts';

/** The tenant's assistant. Like the functions below, throws a 404 if it does not exist or is another tenant's. */
export function findAssistant(store: Store, tenant: string, id: string, param?: string): AssistantRecord {
  const assistant = store.assistants.get(tenant, id);
  if (assistant === undefined) throw notFound('assistant', id, param);
  return assistant;
}

/** The tenant's thread. */
export function findThread(store: Store, tenant: string, id: string): ThreadObject {
  const thread = store.threads.get(tenant, id);
  if (thread === undefined) throw notFound('thread', id);
  return thread;
}

/** A message of the tenant's thread. The 404 names the one that is missing. */
export function findMessage(
  store: Store,
  tenant: string,
  ids: { thread_id: string; message_id: string },
): MessageObject {
  const thread = findThread(store, tenant, ids.thread_id);
  const message = store.messages.get(thread.id, ids.message_id);
  if (message === undefined) throw notFound('message', ids.message_id);
  return message;
}

/** A run of the tenant's thread. The 404 names the one that is missing. */
export function findRun(store: Store, tenant: string, ids: { thread_id: string; run_id: string }): RunObject {
  const thread = findThread(store, tenant, ids.thread_id);
  const run = store.runs.get(thread.id, ids.run_id);
  if (run === undefined) throw notFound('run', ids.run_id);
  return run;
}

/** Throws a 404 unless the tenant has all of these files. `param` is the path of the list in the request. */
export function checkFiles(store: Store, tenant: string, fileIds: readonly string[], param: string): void {
  for (const [index, id] of fileIds.entries()) {
    if (store.files.get(tenant, id) === undefined) throw notFound('file', id, `${param}[${index}]`);
  }
}

/** Throws a 404 unless the tenant has the files of all these messages, which are at `path` in the request. */
export function checkMessageFiles(
  store: Store,
  tenant: string,
  messages: readonly { readonly file_ids?: readonly string[] }[],
  path: string,
): void {
  for (const [index, { file_ids }] of messages.entries()) {
    checkFiles(store, tenant, file_ids ?? [], `${path}[${index}].file_ids`);
  }
}
