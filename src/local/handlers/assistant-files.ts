import { limits } from '../../rest/limits.ts';
import { invalid, notFound } from '../http/api-error.ts';
import type { AssistantFileObject } from '../objects.ts';
import { pageOf } from '../store/page.ts';
import type { AssistantRecord } from '../store/store.ts';
import { findAssistant } from './find.ts';
import type { HandlerDeps, HandlersOf } from './handler.ts';
import { json, jsonList } from './responses.ts';

/** The operations on the files of an assistant. */
export function createAssistantFileHandlers({ store }: HandlerDeps) {
  const handlers: HandlersOf<
    'listAssistantFiles' | 'createAssistantFile' | 'getAssistantFile' | 'deleteAssistantFile'
  > = {
    listAssistantFiles({ tenant, ids, page }) {
      const assistant = findAssistant(store, tenant, ids.assistant_id);
      return jsonList(pageOf(assistant.files.map(fileResponse(assistant.id)), page));
    },
    createAssistantFile({ tenant, ids, body }) {
      const assistant = findAssistant(store, tenant, ids.assistant_id);
      if (store.files.get(tenant, body.file_id) === undefined)
        throw notFound('file', body.file_id, 'file_id');
      const attached = assistant.files.find(({ id }) => id === body.file_id);
      if (attached !== undefined) return json(fileResponse(assistant.id)(attached));
      if (assistant.files.length >= limits.assistantFiles) {
        throw invalid(`An assistant can have at most ${limits.assistantFiles} files.`, 'file_id');
      }
      const file = { id: body.file_id, created_at: store.seconds() };
      store.assistants.replace({ ...assistant, files: [...assistant.files, file] });
      return json(fileResponse(assistant.id)(file));
    },
    getAssistantFile({ tenant, ids }) {
      const assistant = findAssistant(store, tenant, ids.assistant_id);
      return json(fileResponse(assistant.id)(findAttached(assistant, ids.file_id)));
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

function fileResponse(assistantId: string) {
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
