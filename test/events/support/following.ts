/** A server whose runs go on when the test says so. */
import { onTestFinished } from 'vitest';
import { CreateThreadAndRunDocument, SubmitToolOutputsDocument } from '../../generated/operations.ts';
import { type Graph, type GraphOptions, startGraph } from '../../support/graph.ts';
import { callRest, type RestObject } from '../../support/world.ts';
import { createHeldModel, type HeldModel, type Turn } from './held-model.ts';
import type { RunEvent } from './told.ts';

export interface RunPath {
  /** `THREAD/RUN`, which every argument for a run takes. */
  readonly id: string;
  readonly threadId: string;
  readonly runId: string;
}

export interface Following {
  readonly graph: Graph;
  readonly model: HeldModel;
  /** Has the functions `alpha` and `beta`. */
  readonly assistantId: string;
}

const tools = ['alpha', 'beta'].map((name) => ({ type: 'function', function: { name } }));

/** Started for a test and closed after it. @param env settings in place of the defaults */
export async function startFollowing(
  env: Record<string, string> = {},
  options: Omit<GraphOptions, 'model'> = {},
): Promise<Following> {
  const model = createHeldModel();
  const graph = await startGraph(env, { ...options, model });
  onTestFinished(() => graph.close());
  const { id: assistantId } = await callRest(graph.localUrl, '/assistants', { model: 'held', tools });
  return { graph, model, assistantId };
}

/** A run that was started through the graph. @param input beside the assistant */
export async function startRun(
  { graph, model, assistantId }: Following,
  input: { stream?: boolean } = {},
): Promise<RunPath & { turn: Turn }> {
  const thread = { messages: [{ content: 'Hello' }] };
  const variables = { input: { assistantId, thread, ...input } };
  const { createThreadAndRun } = await graph.data(CreateThreadAndRunDocument, variables);
  const runId = createThreadAndRun?.run.restId ?? '';
  const threadId = createThreadAndRun?.run.thread?.restId ?? '';
  return { id: `${threadId}/${runId}`, threadId, runId, turn: await model.nextTurn() };
}

/** A run that was started elsewhere. */
export async function foreignRun({
  graph,
  model,
  assistantId,
}: Following): Promise<RunPath & { turn: Turn }> {
  const thread = { messages: [{ role: 'user', content: 'Hello' }] };
  const run = await callRest(graph.localUrl, '/threads/runs', { assistant_id: assistantId, thread });
  return pathOf(run, await model.nextTurn());
}

function pathOf({ id, thread_id }: RestObject, turn: Turn): RunPath & { turn: Turn } {
  return { id: `${thread_id}/${id}`, threadId: thread_id, runId: id, turn };
}

/** The text of the newest message of a thread, as the REST API has it. */
export async function finalText({ graph }: Following, threadId: string): Promise<string> {
  const { data } = await callRest<{ data: { content: { text: { value: string } }[] }[] }>(
    graph.localUrl,
    `/threads/${threadId}/messages?limit=1`,
  );
  return data[0]?.content[0]?.text.value ?? '';
}

/** Submits an output for each call that these events tell of. @param input beside that. @returns the turn of the model that follows */
export async function submitOutputs(
  { graph, model }: Following,
  id: string,
  events: readonly RunEvent[],
  input: { stream?: boolean } = {},
): Promise<Turn> {
  const deltas = events.flatMap((event) => (event.__typename === 'RunStepDelta' ? event.toolCalls : []));
  const callIds = new Set(deltas.flatMap(({ toolCallId }) => toolCallId ?? []));
  const toolOutputs = [...callIds].map((toolCallId) => ({ toolCallId, output: 'done' }));
  await graph.data(SubmitToolOutputsDocument, { input: { id, toolOutputs, ...input } });
  return model.nextTurn();
}
