import type { CheckedBody } from '../http/request-bodies.ts';
import type { AssistantObject } from '../objects.ts';
import type { AssistantRecord } from '../store/store.ts';
import { checkFiles, findAssistant } from './find.ts';
import type { HandlerDeps, HandlersOf } from './handler.ts';
import { json, jsonList, mapPage } from './responses.ts';

/** The operations on assistants. */
export function createAssistantHandlers({ store, newId }: HandlerDeps) {
  const handlers: HandlersOf<
    'listAssistants' | 'createAssistant' | 'getAssistant' | 'modifyAssistant' | 'deleteAssistant'
  > = {
    listAssistants({ tenant, page }) {
      return jsonList(mapPage(store.assistants.page(tenant, page), assistantResponse));
    },
    createAssistant({ tenant, body }) {
      checkFiles(store, tenant, body.file_ids ?? [], 'file_ids');
      const assistant = newAssistant(body, newId('asst_'), store.seconds());
      store.assistants.insert(tenant, assistant);
      return json(assistantResponse(assistant));
    },
    getAssistant: ({ tenant, ids }) =>
      json(assistantResponse(findAssistant(store, tenant, ids.assistant_id))),
    modifyAssistant({ tenant, ids, body }) {
      const before = findAssistant(store, tenant, ids.assistant_id);
      checkFiles(store, tenant, body.file_ids ?? [], 'file_ids');
      const assistant = modifiedAssistant(before, body, store.seconds());
      store.assistants.replace(assistant);
      return json(assistantResponse(assistant));
    },
    deleteAssistant({ tenant, ids }) {
      const { id } = findAssistant(store, tenant, ids.assistant_id);
      store.assistants.remove(id);
      return json({ id, object: 'assistant.deleted', deleted: true });
    },
  };
  return handlers;
}

function newAssistant(body: CheckedBody<'createAssistant'>, id: string, createdAt: number): AssistantRecord {
  const blank: AssistantRecord = {
    id,
    object: 'assistant',
    created_at: createdAt,
    name: null,
    description: null,
    model: body.model,
    instructions: null,
    tools: [],
    files: [],
    metadata: {},
    temperature: 1,
    top_p: 1,
    response_format: 'auto',
  };
  return modifiedAssistant(blank, body, createdAt);
}

/** The assistant with the changes in the body. A null resets a field to its default. */
function modifiedAssistant(
  before: AssistantRecord,
  body: CheckedBody<'modifyAssistant'>,
  modifiedAt: number,
): AssistantRecord {
  const { file_ids: fileIds, metadata, temperature, top_p, response_format, ...rest } = body;
  const assistant = { ...before, ...rest };
  if (fileIds !== undefined) assistant.files = attachedFiles(fileIds, before.files, modifiedAt);
  if (metadata !== undefined) assistant.metadata = metadata ?? {};
  if (temperature !== undefined) assistant.temperature = temperature ?? 1;
  if (top_p !== undefined) assistant.top_p = top_p ?? 1;
  if (response_format !== undefined) assistant.response_format = response_format ?? 'auto';
  return assistant;
}

/** The files in the order of the ids, each with the time at which it was first attached. */
function attachedFiles(
  fileIds: readonly string[],
  before: AssistantRecord['files'],
  attachedAt: number,
): AssistantRecord['files'] {
  return [...new Set(fileIds)].map(
    (id) => before.find((file) => file.id === id) ?? { id, created_at: attachedAt },
  );
}

function assistantResponse({ files, ...assistant }: AssistantRecord): AssistantObject {
  return { ...assistant, file_ids: files.map(({ id }) => id) };
}
