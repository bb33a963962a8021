import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { upload } from '../support/world.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/graph.md'), 'utf8');

/** The queries of the page by the names of their operations, in their order. */
const queries = new Map(
  [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, query = '']) => [
    /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? query,
    query,
  ]),
);

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

const asked = new Set<string>();

/** Runs a query of the page as it stands there. */
async function run(name: string, variables: object = {}): Promise<Record<string, unknown>> {
  asked.add(name);
  return graph.data(queries.get(name) ?? `{ ${name}IsNotOnThePage }`, variables);
}

/** Finds a value in an answer by its path, such as `createThreadAndRun.run.id`. */
function at(answer: unknown, path: string): string {
  const value = path.split('.').reduce<unknown>((inner, key) => Object(inner)[key], answer);
  if (typeof value !== 'string') throw new Error(`${path} of ${JSON.stringify(answer)} is no text`);
  return value;
}

async function until(status: string, runId: string): Promise<void> {
  let answer: unknown;
  do answer = await run('HowFar', { runId });
  while (at(answer, 'node.status') !== status);
}

test('whoever follows the page chats, calls functions, works with files and cleans up', async () => {
  const assistantId = at(await run('CreateAssistant'), 'createAssistant.assistant.id');
  const started = await run('StartChat', { assistantId });
  const threadId = at(started, 'createThreadAndRun.run.thread.id');
  await until('COMPLETED', at(started, 'createThreadAndRun.run.id'));

  const content = 'And what is an edge?';
  const again = await run('Ask', { threadId, assistantId, content });
  await until('COMPLETED', at(again, 'createRun.run.id'));

  const read = await run('ReadChat', { threadId });
  expect(Object(read.thread).messages.nodes.map(({ role }: { role: string }) => role)).toEqual([
    'USER',
    'ASSISTANT',
    'USER',
    'ASSISTANT',
  ]);
  expect(Object(read.thread).activeRun).toBeNull();
  expect(at(read, 'thread.messages.nodes.2.text')).toBe(content);
  const startCursor = at(read, 'thread.messages.pageInfo.startCursor');
  expect(await run('ReadEarlier', { threadId, startCursor })).toMatchObject({
    thread: { messages: { nodes: [], pageInfo: { hasPreviousPage: false } } },
  });

  await callFunctions();
  const fileId = await upload(graph.localUrl);
  await run('Attach', { assistantId, fileId });
  expect(await run('Files', { assistantId })).toMatchObject({
    assistant: { fileIds: [fileId], files: { nodes: [{ restId: fileId }] } },
  });
  expect(await run('Several', { ids: [assistantId, threadId] })).toMatchObject({
    nodes: [{ name: 'Guide' }, { __typename: 'Thread' }],
  });
  expect(await run('Change', { assistantId })).toMatchObject({
    modifyAssistant: { assistant: { instructions: null, metadata: { team: 'docs' } } },
  });
  expect(await run('Delete', { threadId })).toEqual({ deleteThread: { deletedId: threadId } });
  expect([...asked].toSorted()).toEqual([...queries.keys()].toSorted());
});

async function callFunctions(): Promise<void> {
  const parameters = { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] };
  const assistantId = at(await run('CreateCaller', { parameters }), 'createAssistant.assistant.id');
  const startCall = async () => {
    const { createThread } = await graph.data<Record<string, unknown>, object>(
      'mutation { createThread(input: { messages: [{ content: "Ask for the weather." }] }) { thread { id } } }',
      {},
    );
    const threadId = at(createThread, 'thread.id');
    const answer = await graph.data<Record<string, unknown>, object>(
      `mutation { createRun(input: { threadId: "${threadId}", assistantId: "${assistantId}" }) { run { id } } }`,
      {},
    );
    const runId = at(answer, 'createRun.run.id');
    await until('REQUIRES_ACTION', runId);
    return runId;
  };

  const runId = await startCall();
  const toCall = await run('WhatToCall', { runId });
  expect(at(toCall, 'node.requiredAction.toolCalls.0.name')).toBe('weather');
  const toolCallId = at(toCall, 'node.requiredAction.toolCalls.0.toolCallId');
  await run('Submit', { runId, toolOutputs: [{ toolCallId, output: 'Rain.' }] });
  await until('COMPLETED', runId);
  expect(await run('Steps', { runId })).toMatchObject({
    node: {
      steps: {
        nodes: [
          { details: { toolCalls: [{ name: 'weather', output: 'Rain.' }] } },
          { details: { message: { text: expect.stringContaining('Rain.') } } },
        ],
      },
    },
  });

  const stopped = await startCall();
  expect(at(await run('Stop', { runId: stopped }), 'cancelRun.run.status')).toMatch(/^CANCELL/);
  await until('CANCELLED', stopped);
}
