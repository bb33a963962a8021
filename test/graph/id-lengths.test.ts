import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { idArguments } from './id-arguments.ts';

const MAX = 512;

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

const connection = (argument: string) =>
  `query ($id: String!) { thread(id: "thread_1") { messages(${argument}: $id) { nodes { id } } } }`;
const mutation = (field: string, input: string) =>
  `mutation ($id: String!) { ${field}(input: { ${input} }) { __typename } }`;

const others = [
  { name: 'node', query: 'query ($id: ID!) { node(id: $id) { id } }', argument: 'id' },
  { name: 'nodes', query: 'query ($id: ID!) { nodes(ids: ["x", $id]) { id } }', argument: 'ids[1]' },
  { name: 'after', query: connection('after'), argument: 'after' },
  { name: 'before', query: connection('before'), argument: 'before' },
  {
    name: 'createAssistant, fileIds',
    query: mutation('createAssistant', 'model: "m", fileIds: ["file-1", $id]'),
    argument: 'input.fileIds[1]',
  },
  {
    name: 'createAssistantFile, fileId',
    query: mutation('createAssistantFile', 'assistantId: "asst_1", fileId: $id'),
    argument: 'input.fileId',
  },
  {
    name: 'createThread, fileIds',
    query: mutation('createThread', 'messages: [{ content: "A", fileIds: [$id] }]'),
    argument: 'input.messages[0].fileIds[0]',
  },
  {
    name: 'submitToolOutputsToRun, toolCallId',
    query: mutation(
      'submitToolOutputsToRun',
      'id: "thread_1/run_1", toolOutputs: [{ toolCallId: $id, output: "" }]',
    ),
    argument: 'input.toolOutputs[0].toolCallId',
  },
];

const send = async (query: string, id: string) => (await graph.send(query, { id })).errors;

describe.each([...idArguments, ...others])('the ID or cursor of $name', ({ query, argument }) => {
  const tooLong = `\`${argument}\` must be at most ${MAX} characters long`;

  test('may have the maximum length', async () => {
    const errors = await send(query, 'x'.repeat(MAX));
    expect(errors.map(({ message }) => message)).not.toContain(tooLong);
  });

  test('is rejected one character beyond it, and nothing is sent', async () => {
    graph.upstream.calls.length = 0;
    const errors = await send(query, 'x'.repeat(MAX + 1));
    expect(errors).toContainEqual(
      expect.objectContaining({
        message: tooLong,
        extensions: expect.objectContaining({ code: 'BAD_USER_INPUT', argument }),
      }),
    );
    expect(graph.upstream.calls).toEqual([]);
  });
});
