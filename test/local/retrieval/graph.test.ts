/** Retrieval through the graph: the annotations of messages and the calls of steps, in queries and in events. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { overWebSocket } from '../../events/support/subscribe.ts';
import {
  CitationsDocument,
  CreateThreadAndRunDocument,
  FollowCitationsDocument,
} from '../../generated/operations.ts';
import { startGraph } from '../../support/graph.ts';
import { createRestCaller } from '../support/rest-caller.ts';
import { upload } from './support/uploads.ts';

const TEXT = 'Unpaid leave needs the approval of the director.';
const MARKER = '【1†source】';

async function startWithFile(env: Record<string, string> = {}) {
  const graph = await startGraph({ ...env });
  onTestFinished(() => graph.close());
  const url = graph.localUrl;
  const file = await upload({ url }, 'leave.txt', TEXT, 'key');
  const body = { model: 'offline', tools: [{ type: 'retrieval' }], file_ids: [file.id] };
  const assistant = await createRestCaller(url).post('/assistants', body, { key: 'key' });
  const thread = { messages: [{ content: '👋 Who approves unpaid leave?' }] };
  const variables = { input: { assistantId: assistant.id, thread } };
  const { createThreadAndRun } = await graph.data(CreateThreadAndRunDocument, variables);
  const threadId = createThreadAndRun?.run.thread?.restId ?? '';
  return { graph, file, threadId, runId: `${threadId}/${createThreadAndRun?.run.restId}` };
}

describe.each([
  ['streamed', {}],
  ['polled', { UPSTREAM_STREAMING: 'off' }],
])('a run that is %s', (_, env) => {
  test('delivers its citations and its retrieval call, in events and afterwards', async () => {
    const { graph, file, threadId, runId } = await startWithFile(env);
    const events = await overWebSocket(graph.url, FollowCitationsDocument, { id: runId }).rest();
    let text = '';
    const annotations: object[] = [];
    const calls = new Map<string, object>();
    for (const { data, errors } of events) {
      expect(errors).toBeUndefined();
      const event = data?.runEvents;
      if (event?.__typename === 'MessageDelta') {
        text = text.slice(0, event.offset) + event.text;
        annotations.push(...event.annotations);
      }
      if (event?.__typename === 'RunStepDelta') {
        for (const call of event.toolCalls) calls.set(call.toolCallId ?? '', call);
      }
    }
    expect(events.at(-1)?.data?.runEvents).toMatchObject({ status: 'COMPLETED' });
    const start = text.indexOf(MARKER);
    expect(start).toBeGreaterThan(0);
    const citation = {
      text: MARKER,
      startIndex: start,
      endIndex: start + MARKER.length,
      fileId: file.id,
      quote: TEXT,
    };
    expect(annotations).toMatchObject([citation]);
    const { thread } = await graph.data(CitationsDocument, { id: threadId });
    const [message] = thread?.messages?.nodes ?? [];
    expect(message?.content).toMatchObject([{ value: text, annotations: [citation] }]);
    const call = { toolCallId: expect.stringMatching(/^call_/), type: 'RETRIEVAL', retrieval: {} };
    const steps = message?.run?.steps?.nodes ?? [];
    expect(steps.find((step) => 'toolCalls' in (step?.details ?? {}))).toMatchObject({
      details: { toolCalls: [call] },
    });
    expect([...calls.values()]).toMatchObject([call]);
  });
});
