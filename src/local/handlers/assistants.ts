import { limits } from '../../rest/limits.ts';
import { invalid, notFound } from '../api-error.ts';
import { type HandlerDeps, type HandlersOf, json } from '../handler.ts';
import type { AssistantFileObject, AssistantObject } from '../objects.ts';
import { pageOfFew } from '../page-request.ts';
import { listObject } from '../store/collection.ts';
import type { AssistantRecord } from '../store/store.ts';
import { checkFiles, findAssistant } from './find.ts';

/** Assistants. */
export function createAssistantHandlers({ store, newId }: HandlerDeps) {
  /** The files in their new order, each with the time at which it was first attached. */
  const attach = (fileIds: readonly string[], before: AssistantRecord['files']): AssistantRecord['files'] =>
    [...new Set(fileIds)].map(
      (id) => before.find((file) => file.id === id) ?? { id, created_at: store.seconds() },
    );

  const handlers: HandlersOf<
    'listAssistants' | 'createAssistant' | 'getAssistant' | 'modifyAssistant' | 'deleteAssistant'
  > = {
    listAssistants({ tenant, page }) {
      const { items, has_more } = store.assistants.page(tenant, page);
      return json(listObject({ items: items.map(shownAssistant), has_more }));
    },
    createAssistant({ tenant, body }) {
      checkFiles(store, tenant, body.file_ids ?? [], 'file_ids');
      const assistant: AssistantRecord = {
        id: newId('asst_'),
        object: 'assistant',
        created_at: store.seconds(),
        name: body.name ?? null,
        description: body.description ?? null,
        model: body.model,
        instructions: body.instructions ?? null,
        tools: body.tools ?? [],
        files: attach(body.file_ids ?? [], []),
        metadata: body.metadata ?? {},
        temperature: body.temperature ?? 1,
        top_p: body.top_p ?? 1,
        response_format: body.response_format ?? 'auto',
      };
      store.assistants.insert(tenant, assistant);
      return json(shownAssistant(assistant));
    },
    getAssistant: ({ tenant, ids }) => json(shownAssistant(findAssistant(store, tenant, ids.assistant_id))),
    modifyAssistant({ tenant, ids, body }) {
      const { file_ids: fileIds, metadata, temperature, top_p, response_format, ...texts } = body;
      checkFiles(store, tenant, fileIds ?? [], 'file_ids');
      const assistant = { ...findAssistant(store, tenant, ids.assistant_id), ...texts };
      if (fileIds !== undefined) assistant.files = attach(fileIds, assistant.files);
      if (metadata !== undefined) assistant.metadata = metadata ?? {};
      if (temperature !== undefined) assistant.temperature = temperature ?? 1;
      if (top_p !== undefined) assistant.top_p = top_p ?? 1;
      if (response_format !== undefined) assistant.response_format = response_format ?? 'auto';
      store.assistants.replace(assistant);
      return json(shownAssistant(assistant));
    },
    deleteAssistant({ tenant, ids }) {
      const { id } = findAssistant(store, tenant, ids.assistant_id);
      store.assistants.remove(id);
      return json({ id, object: 'assistant.deleted', deleted: true });
    },
  };
  return handlers;
}

/** The files that are attached to assistants. */
export function createAssistantFileHandlers({ store }: HandlerDeps) {
  const handlers: HandlersOf<
    'listAssistantFiles' | 'createAssistantFile' | 'getAssistantFile' | 'deleteAssistantFile'
  > = {
    listAssistantFiles({ tenant, ids, page }) {
      const assistant = findAssistant(store, tenant, ids.assistant_id);
      return json(pageOfFew(assistant.files.map(shownFile(assistant.id)), page));
    },
    createAssistantFile({ tenant, ids, body }) {
      const assistant = findAssistant(store, tenant, ids.assistant_id);
      if (store.files.get(tenant, body.file_id) === undefined)
        throw notFound('file', body.file_id, 'file_id');
      const attached = assistant.files.find(({ id }) => id === body.file_id);
      if (attached !== undefined) return json(shownFile(assistant.id)(attached));
      if (assistant.files.length >= limits.assistantFiles) {
        throw invalid(`An assistant can have at most ${limits.assistantFiles} files.`, 'file_id');
      }
      const file = { id: body.file_id, created_at: store.seconds() };
      store.assistants.replace({ ...assistant, files: [...assistant.files, file] });
      return json(shownFile(assistant.id)(file));
    },
    getAssistantFile({ tenant, ids }) {
      const assistant = findAssistant(store, tenant, ids.assistant_id);
      return json(shownFile(assistant.id)(findAttached(assistant, ids.file_id)));
    },
    deleteAssistantFile({ tenant, ids }) {
      const assistant = findAssistant(store, tenant, ids.assistant_id);
      const { id } = findAttached(assistant, ids.file_id);
      store.assistants.replace({ ...assistant, files: assistant.files.filter((file) => file.id !== id) });
      return json({ id, object: 'assistant.file.deleted', deleted: true });
    },
  };
  return handlers;
}

function shownAssistant({ files, ...assistant }: AssistantRecord): AssistantObject {
  return { ...assistant, file_ids: files.map(({ id }) => id) };
}

function shownFile(assistantId: string) {
  return (file: AssistantRecord['files'][number]): AssistantFileObject => ({
    ...file,
    object: 'assistant.file',
    assistant_id: assistantId,
  });
}

function findAttached(assistant: AssistantRecord, fileId: string) {
  const file = assistant.files.find(({ id }) => id === fileId);
  if (file === undefined) throw notFound('assistant file', fileId);
  return file;
}
