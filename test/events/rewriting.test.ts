/** What followers of a run see if its message was interrupted, and its model cannot continue it. */
import { expect, onTestFinished, test } from 'vitest';
import { CreateThreadAndRunDocument, FollowEventsDocument } from '../generated/operations.ts';
import { startChatServer } from '../local/support/chat-server.ts';
import { newDataDir, startApi } from '../local/support/local-api.ts';
import { startGraph } from '../support/graph.ts';
import { forward } from '../support/upstream.ts';
import { callRest } from '../support/world.ts';
import { overWebSocket } from './support/subscribe.ts';
import { allEvents, eventsUntil, textsOf } from './support/told.ts';

test.each(['on', 'off'])(
  'a delta corrects the text from where it differs, with streaming %s',
  async (streaming) => {
    const { modelServer, next } = await startChatServer();
    const dataDir = newDataDir();
    let api = await startApi({ dataDir, modelServer });
    const graph = await startGraph({ UPSTREAM_STREAMING: streaming });
    onTestFinished(() => graph.close());
    graph.upstream.intercept = (call, response) => {
      forward(api.url, call, response);
      return true;
    };
    const { id: assistantId } = await callRest(api.url, '/assistants', { model: 'm' });
    const input = { assistantId, thread: { messages: [{ content: 'Hello' }] }, stream: streaming === 'on' };
    const { createThreadAndRun } = await graph.data(CreateThreadAndRunDocument, { input });
    const id = createThreadAndRun?.run.id ?? '';
    (await next()).write('The sky is green 🌱 and');
    const events = overWebSocket(graph.url, FollowEventsDocument, { id });
    const before = await eventsUntil(events, (event) => event.__typename === 'MessageDelta');
    expect(Object.values(textsOf(before))).toEqual(['The sky is green 🌱 and']);

    await api.close();
    api = await startApi({ dataDir, modelServer });
    (await next()).reply({ text: ['The sky is ', 'blue.'] });
    const after = await allEvents(events);
    expect(Object.values(textsOf([...before, ...after]))).toEqual(['The sky is blue.']);
    const deltas = after.filter((event) => event.__typename === 'MessageDelta');
    expect(deltas[0]).toMatchObject({ offset: 'The sky is '.length });
    expect(after.at(-1)).toMatchObject({ __typename: 'RunStatusChanged', status: 'COMPLETED' });
  },
);
