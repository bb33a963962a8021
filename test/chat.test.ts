import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CreateAssistantDocument,
  CreateMessageDocument,
  CreateRunDocument,
  CreateThreadDocument,
  ReadThreadDocument,
  RunStatusDocument,
} from './generated/operations.ts';
import { type Graph, startGraph } from './support/graph.ts';
import { poll } from './support/poll.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

test('an assistant answers a question', async () => {
  const { createAssistant } = await graph.data(CreateAssistantDocument, {
    input: { model: 'offline', name: 'Guide' },
  });
  const { createThread } = await graph.data(CreateThreadDocument, { input: {} });
  const threadId = createThread?.thread.id ?? '';
  await graph.data(CreateMessageDocument, { input: { threadId, content: 'What is a cursor?' } });
  const { createRun } = await graph.data(CreateRunDocument, {
    input: { threadId, assistantId: createAssistant?.assistant.id ?? '' },
  });
  expect(createRun?.run.status).toBe('QUEUED');
  await runEnded(createRun?.run.id ?? '');

  const { thread } = await graph.data(ReadThreadDocument, { id: threadId });
  expect(thread?.activeRun).toBeNull();
  expect(thread?.messages?.nodes.map((message) => message?.role)).toEqual(['USER', 'ASSISTANT']);
  expect(thread?.messages?.nodes[1]?.text).toContain('What is a cursor?');
  expect(thread?.messages?.nodes[1]?.run?.status).toBe('COMPLETED');
});

async function runEnded(id: string): Promise<void> {
  await poll(
    () => graph.data(RunStatusDocument, { id }),
    ({ node }) => node?.__typename === 'Run' && node.isTerminal,
  );
}
