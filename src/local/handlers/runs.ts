import type { EventReader } from '../engine/run-events.ts';
import { isLive } from '../engine/run-states.ts';
import { invalid } from '../http/api-error.ts';
import type { RunObject } from '../objects.ts';
import type { AssistantRecord } from '../store/store.ts';
import { checkMessageFiles, findAssistant, findRun, findThread } from './find.ts';
import type { HandlerDeps, HandlersOf } from './handler.ts';
import { addMessages } from './messages.ts';
import { newRun } from './new-run.ts';
import { type HandlerResponse, json, jsonList } from './responses.ts';
import { addThread } from './threads.ts';
import { matchOutputs } from './tool-outputs.ts';

/** Runs: reading them and their metadata. */
export function createRunHandlers({ store, pollAfterMs }: HandlerDeps) {
  const handlers: HandlersOf<'listRuns' | 'getRun' | 'modifyRun'> = {
    listRuns({ tenant, ids, page }) {
      const thread = findThread(store, tenant, ids.thread_id);
      return jsonList(store.runs.page(thread.id, page));
    },
    getRun({ tenant, ids }) {
      const run = findRun(store, tenant, ids);
      return json(run, isLive(run) ? { 'openai-poll-after-ms': String(pollAfterMs) } : {});
    },
    modifyRun({ tenant, ids, body }) {
      const run = findRun(store, tenant, ids);
      if (body.metadata !== undefined) run.metadata = body.metadata ?? {};
      store.runs.replace(run);
      return json(run);
    },
  };
  return handlers;
}

/** Starting runs. */
export function createStartHandlers({ store, engine, newId, expiresAfterS }: HandlerDeps) {
  const frame = (assistant: AssistantRecord, threadId: string) => {
    return { assistant, threadId, id: newId('run_'), at: store.seconds(), expiresAfterS };
  };
  const handlers: HandlersOf<'createRun' | 'createThreadAndRun'> = {
    createRun({ tenant, ids, body }) {
      const thread = findThread(store, tenant, ids.thread_id);
      const assistant = findAssistant(store, tenant, body.assistant_id, 'assistant_id');
      const messages = body.additional_messages ?? [];
      checkMessageFiles(store, tenant, messages, 'additional_messages');
      const active = store.liveRun(thread.id);
      if (active !== undefined) throw invalid(`Thread ${thread.id} already has an active run ${active.id}.`);
      const run = newRun(body, frame(assistant, thread.id));
      store.transaction(() => {
        addMessages(store, newId, thread.id, messages);
        store.runs.insert(thread.id, run);
      });
      return started(body.stream, run, (reader) => engine.start(run, reader));
    },
    createThreadAndRun({ tenant, body }) {
      const assistant = findAssistant(store, tenant, body.assistant_id, 'assistant_id');
      const { thread, run } = store.transaction(() => {
        const thread = addThread(store, newId, tenant, body.thread ?? {}, 'thread.');
        const run = newRun(body, frame(assistant, thread.id));
        store.runs.insert(thread.id, run);
        return { thread, run };
      });
      return started(body.stream, run, (reader) => {
        reader?.send({ name: 'thread.created', data: thread });
        engine.start(run, reader);
      });
    },
  };
  return handlers;
}

/** Acting on runs. */
export function createActHandlers({ store, engine }: HandlerDeps) {
  const handlers: HandlersOf<'cancelRun' | 'submitToolOutputsToRun'> = {
    cancelRun({ tenant, ids }) {
      const run = findRun(store, tenant, ids);
      if (!isLive(run) || run.status === 'cancelling') {
        throw invalid(`Cannot cancel run with status '${run.status}'.`);
      }
      return json(engine.cancel(run.id));
    },
    submitToolOutputsToRun({ tenant, ids, body }) {
      const run = findRun(store, tenant, ids);
      const outputs = matchOutputs(run, body.tool_outputs);
      if (body.stream !== true) return json(engine.submit(run.id, outputs));
      return { kind: 'events', runId: run.id, open: (reader) => void engine.submit(run.id, outputs, reader) };
    },
  };
  return handlers;
}

/** Starts a run that is on disk, and answers with it or with its events. */
function started(
  stream: boolean | null | undefined,
  run: RunObject,
  start: (reader?: EventReader) => void,
): HandlerResponse {
  if (stream === true) return { kind: 'events', runId: run.id, open: start };
  start();
  return json(run);
}
