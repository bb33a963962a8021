import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { poll } from '../support/poll.ts';
import { upload } from '../support/world.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/graph.md'), 'utf8');

/** The page's queries by operation name, in order. */
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

const executed = new Set<string>();

/** Runs a query of the page unchanged. */
async function run(name: string, variables: object = {}): Promise<Record<string, unknown>> {
  executed.add(name);
  return graph.data(queries.get(name) ?? `{ ${name}IsNotOnThePage }`, variables);
}

/** The string at a path in the data, such as `createThreadAndRun.run.id`. */
function stringAt(data: unknown, path: string): string {
  const value = path.split('.').reduce<unknown>((inner, key) => Object(inner)[key], data);
  if (typeof value !== 'string') throw new Error(`${path} is not a string in ${JSON.stringify(data)}`);
  return value;
}

async function pollUntil(status: string, runId: string): Promise<void> {
  await poll(
    () => run('RunStatus', { runId }),
    (data) => stringAt(data, 'node.status') === status,
  );
}

test('every query on the page works, in the order of the page', async () => {
  const assistantId = stringAt(await run('CreateAssistant'), 'createAssistant.assistant.id');
  const started = await run('StartChat', { assistantId });
  const threadId = stringAt(started, 'createThreadAndRun.run.thread.id');
  await pollUntil('COMPLETED', stringAt(started, 'createThreadAndRun.run.id'));

  const content = 'And what is an edge?';
  const second = await run('SendMessage', { threadId, assistantId, content });
  await pollUntil('COMPLETED', stringAt(second, 'createRun.run.id'));

  const chat = await run('ReadChat', { threadId });
  expect(Object(chat.thread).messages.nodes.map(({ role }: { role: string }) => role)).toEqual([
    'USER',
    'ASSISTANT',
    'USER',
    'ASSISTANT',
  ]);
  expect(Object(chat.thread).activeRun).toBeNull();
  expect(stringAt(chat, 'thread.messages.nodes.2.text')).toBe(content);
  const startCursor = stringAt(chat, 'thread.messages.pageInfo.startCursor');
  expect(await run('ReadEarlierMessages', { threadId, startCursor })).toMatchObject({
    thread: { messages: { nodes: [], pageInfo: { hasPreviousPage: false } } },
  });

  await callFunctions();
  const fileId = await upload(graph.localUrl);
  await run('AttachFile', { assistantId, fileId });
  expect(await run('ListFiles', { assistantId })).toMatchObject({
    assistant: { fileIds: [fileId], files: { nodes: [{ restId: fileId }] } },
  });
  expect(await run('GetNodes', { ids: [assistantId, threadId] })).toMatchObject({
    nodes: [{ name: 'Guide' }, { __typename: 'Thread' }],
  });
  expect(await run('UpdateAssistant', { assistantId })).toMatchObject({
    modifyAssistant: { assistant: { instructions: null, metadata: { team: 'docs' } } },
  });
  expect(await run('DeleteThread', { threadId })).toEqual({ deleteThread: { deletedId: threadId } });
  expect([...executed].toSorted()).toEqual([...queries.keys()].toSorted());
});

async function callFunctions(): Promise<void> {
  const parameters = { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] };
  const assistantId = stringAt(
    await run('CreateFunctionAssistant', { parameters }),
    'createAssistant.assistant.id',
  );
  const startFunctionCall = async () => {
    const { createThread } = await graph.data<Record<string, unknown>, object>(
      'mutation { createThread(input: { messages: [{ content: "Ask for the weather." }] }) { thread { id } } }',
      {},
    );
    const threadId = stringAt(createThread, 'thread.id');
    const createRun = await graph.data<Record<string, unknown>, object>(
      `mutation { createRun(input: { threadId: "${threadId}", assistantId: "${assistantId}" }) { run { id } } }`,
      {},
    );
    const runId = stringAt(createRun, 'createRun.run.id');
    await pollUntil('REQUIRES_ACTION', runId);
    return runId;
  };

  const runId = await startFunctionCall();
  const required = await run('RequiredCalls', { runId });
  expect(stringAt(required, 'node.requiredAction.toolCalls.0.name')).toBe('weather');
  const toolCallId = stringAt(required, 'node.requiredAction.toolCalls.0.toolCallId');
  await run('SubmitOutputs', { runId, toolOutputs: [{ toolCallId, output: 'Rain.' }] });
  await pollUntil('COMPLETED', runId);
  expect(await run('ReadSteps', { runId })).toMatchObject({
    node: {
      steps: {
        nodes: [
          { details: { toolCalls: [{ name: 'weather', output: 'Rain.' }] } },
          { details: { message: { text: expect.stringContaining('Rain.') } } },
        ],
      },
    },
  });

  const cancelled = await startFunctionCall();
  expect(stringAt(await run('CancelRun', { runId: cancelled }), 'cancelRun.run.status')).toMatch(/^CANCELL/);
  await pollUntil('CANCELLED', cancelled);
}
