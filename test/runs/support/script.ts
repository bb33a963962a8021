/** Runs that exist only in a test, with the objects that upstream returns for them. */
import type { ServerResponse } from 'node:http';
import type { RunIds } from '../../../src/runs/runs.ts';
import type { Call, Upstream } from '../../support/upstream.ts';

export interface Script {
  readonly ids: RunIds;
  /** Tests assign to its fields. */
  run: Record<string, unknown>;
  steps: Record<string, unknown>[];
  messages: Record<string, unknown>[];
  /** Headers of the responses about the run. */
  headers: Record<string, string>;
  /** If set, GETs of the run get this status, with `headers`. */
  fails: number | undefined;
  /** The same for its steps and messages. */
  contentFails: number | undefined;
}

export const SECONDS = () => Math.floor(Date.now() / 1000);

export function createScript(thread_id: string, run_id: string): Script {
  const created_at = SECONDS();
  const run = {
    id: run_id,
    object: 'thread.run',
    created_at,
    thread_id,
    assistant_id: 'asst_script',
    status: 'queued',
    expires_at: created_at + 600,
    model: 'm',
    instructions: '',
    tools: [],
    file_ids: [],
    metadata: {},
  };
  const ids = { thread_id, run_id };
  return { ids, run, steps: [], messages: [], headers: {}, fails: undefined, contentFails: undefined };
}

/** A step that writes a message. */
export function messageStep({ ids }: Script, id: string, message_id: string, status = 'in_progress') {
  return {
    id,
    object: 'thread.run.step',
    created_at: SECONDS(),
    ...ids,
    type: 'message_creation',
    status,
    step_details: { type: 'message_creation', message_creation: { message_id } },
  };
}

/** A step that calls the function `f` with these arguments. */
export function toolStep({ ids }: Script, id: string, json: string, status = 'in_progress') {
  const call = { id: `call_${id}`, type: 'function', function: { name: 'f', arguments: json, output: null } };
  return {
    id,
    object: 'thread.run.step',
    created_at: SECONDS(),
    ...ids,
    type: 'tool_calls',
    status,
    step_details: { type: 'tool_calls', tool_calls: [call] },
  };
}

export function textMessage({ ids }: Script, id: string, value: string, status = 'in_progress') {
  const content = value === '' ? [] : [{ type: 'text', text: { value, annotations: [] } }];
  return {
    id,
    object: 'thread.message',
    created_at: SECONDS(),
    ...ids,
    status,
    role: 'assistant',
    content,
    file_ids: [],
    metadata: {},
  };
}

/** Responds to requests for these runs. Other requests are forwarded. */
export function playScripts(upstream: Upstream, scripts: readonly Script[]): void {
  const before = upstream.intercept;
  upstream.intercept = async (call, response) => {
    const body = responseTo(call, scripts);
    if (body === undefined) return (await before?.(call, response)) ?? false;
    sendJson(response, body.status, body.json, body.headers);
    return true;
  };
}

interface Response {
  readonly status: number;
  readonly json: object;
  readonly headers?: Record<string, string>;
}

function responseTo({ operation, path }: Call, scripts: readonly Script[]): Response | undefined {
  const [, , threadId, kind, id] = path.split('?')[0]?.split('/') ?? [];
  const ofThread = scripts.filter(({ ids }) => ids.thread_id === threadId);
  const script = ofThread.find(({ ids }) => ids.run_id === id);
  const failure = (status: number | undefined, headers: Record<string, string>) =>
    status === undefined ? undefined : { status, json: { error: { message: `It is ${status}` } }, headers };
  if (operation === 'listRuns' && ofThread.length > 0) {
    return (
      failure(ofThread[0]?.fails, ofThread[0]?.headers ?? {}) ??
      page(ofThread.map(({ run }) => run).reverse())
    );
  }
  if (operation === 'getRun' && script !== undefined) {
    return (
      failure(script.fails, script.headers) ?? { status: 200, json: script.run, headers: script.headers }
    );
  }
  if (operation === 'listRunSteps' && script !== undefined) {
    return failure(script.contentFails, {}) ?? page(script.steps);
  }
  const messages = ofThread.flatMap((one) => one.messages);
  if (operation === 'listMessages' && ofThread.length > 0) return page([...messages].reverse());
  if (operation === 'getMessage' && kind === 'messages' && ofThread.length > 0) {
    const message = messages.find((one) => one.id === id);
    const failed = failure(ofThread[0]?.contentFails, {});
    return failed ?? (message ? { status: 200, json: message } : failure(404, {}));
  }
  return undefined;
}

const page = (data: readonly object[]) => ({ status: 200, json: { object: 'list', data, has_more: false } });

export function sendJson(
  response: ServerResponse,
  status: number,
  json: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
}
