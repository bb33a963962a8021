/** A client notices nothing of upstream streams that break, wherever they do. */
import { expect, onTestFinished, test } from 'vitest';
import {
  CreateRunDocument,
  FollowEventsDocument,
  SubmitToolOutputsDocument,
} from '../generated/operations.ts';
import { afterEvents, type CutAt, insideCharacter, passOnCut } from '../support/cut.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { callRest } from '../support/world.ts';
import { overWebSocket } from './support/subscribe.ts';
import {
  allEvents,
  eventsUntil,
  isStatus,
  outline,
  type RunEvent,
  repeatedStatuses,
  textsOf,
} from './support/told.ts';

const SAYS = 'Call alpha. Grüße 👋🏽 und 日本語';
const CALLING = ['QUEUED', 'IN_PROGRESS', 'REQUIRES_ACTION'];
const ANSWERING = ['QUEUED', 'IN_PROGRESS', 'COMPLETED'];

const never: CutAt = () => undefined;

/** Where the stream that starts a run is cut, and the one that continues it. */
interface Cuts {
  readonly first: CutAt;
  readonly second: CutAt;
}

async function start(): Promise<{ graph: Graph; assistantId: string }> {
  const graph = await startGraph({ UPSTREAM_STREAMS: '200', UPSTREAM_CONNECTIONS: '200' });
  onTestFinished(() => graph.close());
  const tools = [{ type: 'function', function: { name: 'alpha' } }];
  const { id: assistantId } = await callRest(graph.localUrl, '/assistants', { model: 'offline', tools });
  return { graph, assistantId };
}

/** What a client is told of a run that calls a function and then writes a message. */
async function tell({ graph, assistantId }: { graph: Graph; assistantId: string }, threadId: string) {
  const { createRun } = await graph.data(CreateRunDocument, { input: { threadId, assistantId } });
  const id = createRun?.run.id ?? '';
  const subscription = overWebSocket(graph.url, FollowEventsDocument, { id });
  const before = await eventsUntil(subscription, isStatus('REQUIRES_ACTION'));
  const calls = before.flatMap((event) => (event.__typename === 'RunStepDelta' ? event.toolCalls : []));
  const [toolCallId = ''] = calls.flatMap((call) => call.toolCallId ?? []);
  await graph.data(SubmitToolOutputsDocument, {
    input: { id, toolOutputs: [{ toolCallId, output: 'erledigt ✅' }] },
  });
  return [...before, ...(await allEvents(subscription))];
}

async function expectWhole(graph: Graph, threadId: string, events: readonly RunEvent[]): Promise<void> {
  const { data } = await callRest<{ data: { content: { text: { value: string } }[] }[] }>(
    graph.localUrl,
    `/threads/${threadId}/messages`,
  );
  expect(Object.values(textsOf(events))).toEqual([data[0]?.content[0]?.text.value]);
  expect(data[0]?.content[0]?.text.value).toContain('日本語');
  expect(repeatedStatuses(events)).toEqual([]);
  expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(events.length);
  expect(outline(events).at(-1)).toBe('COMPLETED');
}

async function expectWholeDespite(allCuts: readonly Cuts[]): Promise<RunEvent[][]> {
  const { graph, assistantId } = await start();
  const cutsOf = new Map<string, Cuts>();
  graph.upstream.intercept = ({ path, body, ...call }, response) => {
    const cuts = cutsOf.get(path.split('/')[2] ?? '');
    if (cuts === undefined || !body.includes('"stream":true')) return false;
    const cutAt = path.endsWith('/submit_tool_outputs') ? cuts.second : cuts.first;
    passOnCut(graph.localUrl, { path, body, ...call }, response, cutAt);
    return true;
  };
  return Promise.all(
    allCuts.map(async (cuts) => {
      const messages = [{ role: 'user', content: SAYS }];
      const { id: threadId } = await callRest(graph.localUrl, '/threads', { messages });
      cutsOf.set(threadId, cuts);
      const events = await tell({ graph, assistantId }, threadId);
      await expectWhole(graph, threadId, events);
      return events;
    }),
  );
}

const indices = (count: number) => Array.from({ length: count }, (_, index) => index);

test('the stream that starts a run is cut after any of its events', async () => {
  const told = await expectWholeDespite(
    indices(14).map((index) => ({ first: afterEvents(index + 1), second: never })),
  );
  for (const events of told) {
    expect(outline(events)).toEqual(expect.arrayContaining([...CALLING, ...ANSWERING]));
  }
});

test('the stream that continues a run is cut after any of its events', async () => {
  // Until the second event, upstream has not named the run, and the outcome of the submit is unknown.
  await expectWholeDespite(indices(30).map((index) => ({ first: never, second: afterEvents(index + 2) })));
});

test('both streams are cut inside any character', async () => {
  await expectWholeDespite(indices(16).map((index) => ({ first: never, second: insideCharacter(index) })));
});
