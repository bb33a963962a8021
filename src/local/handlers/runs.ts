import type { RunSubscriber } from '../engine/run-events.ts';
import { isLive } from '../engine/run-states.ts';
import { invalid } from '../http/api-error.ts';
import type { RunObject } from '../objects.ts';
import type { AssistantRecord } from '../store/store.ts';
import { checkMessageFiles, findAssistant, findRun, findThread } from './find.ts';
import type { HandlerDeps, HandlersOf } from './handler.ts';
import { addMessages } from './messages.ts';
import { newRun, type RunContext } from './new-run.ts';
import { type HandlerResponse, json, jsonList } from './responses.ts';
import { addThread } from './threads.ts';
import { checkOutputsLength, matchOutputs } from './tool-outputs.ts';

/** The operations that read runs and modify their metadata. */
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

/** The operations that start runs. */
export function createRunStartHandlers({ store, engine, newId, expiresAfterS }: HandlerDeps) {
  const contextOf = (assistant: AssistantRecord, threadId: string): RunContext => {
    return { assistant, threadId, id: newId('run_'), createdAt: store.seconds(), expiresAfterS };
  };
  const handlers: HandlersOf<'createRun' | 'createThreadAndRun'> = {
    createRun({ tenant, ids, body }) {
      const thread = findThread(store, tenant, ids.thread_id);
      const assistant = findAssistant(store, tenant, body.assistant_id, 'assistant_id');
      const messages = body.additional_messages ?? [];
      checkMessageFiles(store, tenant, messages, 'additional_messages');
      const active = store.liveRun(thread.id);
      if (active !== undefined) throw invalid(`Thread ${thread.id} already has an active run ${active.id}.`);
      const run = newRun(body, contextOf(assistant, thread.id));
      store.transaction(() => {
        addMessages(store, newId, thread.id, messages);
        store.runs.insert(thread.id, run);
      });
      return startedRun(body.stream, run, (subscriber) => engine.start(run, subscriber));
    },
    createThreadAndRun({ tenant, body }) {
      const assistant = findAssistant(store, tenant, body.assistant_id, 'assistant_id');
      const { thread, run } = store.transaction(() => {
        const thread = addThread(store, newId, tenant, body.thread ?? {}, 'thread.');
        const run = newRun(body, contextOf(assistant, thread.id));
        store.runs.insert(thread.id, run);
        return { thread, run };
      });
      return startedRun(body.stream, run, (subscriber) => {
        subscriber?.send({ name: 'thread.created', data: thread });
        engine.start(run, subscriber);
      });
    },
  };
  return handlers;
}

/** The operations that cancel and continue runs. */
export function createRunActionHandlers({ store, engine }: HandlerDeps) {
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
      checkOutputsLength(outputs, store.stepBytes(run.id));
      if (body.stream !== true) return json(engine.submit(run.id, outputs));
      return {
        kind: 'events',
        runId: run.id,
        open: (subscriber) => void engine.submit(run.id, outputs, subscriber),
      };
    },
  };
  return handlers;
}

/** Starts a run that is already on disk. The response is its stream of events, or the run. */
function startedRun(
  stream: boolean | null | undefined,
  run: RunObject,
  start: (subscriber?: RunSubscriber) => void,
): HandlerResponse {
  if (stream === true) return { kind: 'events', runId: run.id, open: start };
  start();
  return json(run);
}
