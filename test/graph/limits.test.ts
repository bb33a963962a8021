import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
beforeEach(() => {
  graph.upstream.calls.length = 0;
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(403).end());
});
afterAll(() => graph.close());

const selections = {
  createAssistant: 'assistant { id }',
  modifyAssistant: 'assistant { id }',
  createAssistantFile: 'assistantFile { id }',
  createThread: 'thread { id }',
  modifyThread: 'thread { id }',
  createMessage: 'message { id }',
  modifyMessage: 'message { id }',
  createRun: 'run { id }',
  createThreadAndRun: 'run { id }',
  modifyRun: 'run { id }',
  submitToolOutputsToRun: 'run { id }',
};

type Name = keyof typeof selections;

function send(name: Name, input: object) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  return graph.send(`mutation ($input: ${type}) { ${name}(input: $input) { ${selections[name]} } }`, {
    input,
  });
}

const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
const list = <T>(length: number, item: T) => Array.from({ length }, () => item);
const many = (length: number) => Array.from({ length }, (_, index) => `file-${index}`);
const long = (length: number) => 'x'.repeat(length);
const tool = { builtIn: 'RETRIEVAL' };
const named = (name: string) => [{ function: { name } }];
const said = { content: 'Hello.' };

const assistant = (more: object) => ({ model: 'offline', ...more });
const change = (more: object) => ({ id: 'asst_1', ...more });
const message = (more: object) => ({ threadId: 'thread_1', ...said, ...more });
const run = (more: object) => ({ threadId: 'thread_1', assistantId: 'asst_1', ...more });
const start = (more: object) => ({ assistantId: 'asst_1', ...more });
const outputs = (more: object) => ({ id: 'thread_1/run_1', ...more });

/** Each with a value at the limit and a value just over it. */
const bounds: readonly (readonly [Name, within: object, beyond: object, argument: string])[] = [
  ['createAssistant', assistant({ name: long(256) }), assistant({ name: long(257) }), 'input.name'],
  [
    'createAssistant',
    assistant({ name: '🙂'.repeat(256) }),
    assistant({ name: '🙂'.repeat(257) }),
    'input.name',
  ],
  [
    'createAssistant',
    assistant({ description: long(512) }),
    assistant({ description: long(513) }),
    'input.description',
  ],
  [
    'createAssistant',
    assistant({ instructions: long(256_000) }),
    assistant({ instructions: long(256_001) }),
    'input.instructions',
  ],
  [
    'createAssistant',
    assistant({ tools: list(128, tool) }),
    assistant({ tools: list(129, tool) }),
    'input.tools',
  ],
  ['createAssistant', assistant({ fileIds: many(20) }), assistant({ fileIds: many(21) }), 'input.fileIds'],
  [
    'createAssistant',
    assistant({ fileIds: ['file-1'] }),
    assistant({ fileIds: ['file-1', ''] }),
    'input.fileIds[1]',
  ],
  [
    'createAssistant',
    assistant({ metadata: pairs(16) }),
    assistant({ metadata: pairs(17) }),
    'input.metadata',
  ],
  [
    'createAssistant',
    assistant({ metadata: { [long(64)]: '' } }),
    assistant({ metadata: { [long(65)]: '' } }),
    'input.metadata',
  ],
  [
    'createAssistant',
    assistant({ metadata: { k: long(512) } }),
    assistant({ metadata: { k: long(513) } }),
    'input.metadata.k',
  ],
  ['createAssistant', assistant({ temperature: 2 }), assistant({ temperature: 2.01 }), 'input.temperature'],
  ['createAssistant', assistant({ temperature: 0 }), assistant({ temperature: -0.01 }), 'input.temperature'],
  ['createAssistant', assistant({ topP: 1 }), assistant({ topP: 1.01 }), 'input.topP'],
  ['createAssistant', assistant({}), { model: '' }, 'input.model'],
  [
    'createAssistant',
    assistant({ tools: named(long(64)) }),
    assistant({ tools: named(long(65)) }),
    'input.tools[0].function.name',
  ],
  [
    'createAssistant',
    assistant({ tools: named('a_B-9') }),
    assistant({ tools: named('a b') }),
    'input.tools[0].function.name',
  ],
  [
    'createAssistant',
    assistant({ tools: named('a') }),
    assistant({ tools: [tool, ...named('')] }),
    'input.tools[1].function.name',
  ],
  ['modifyAssistant', change({ model: 'x' }), change({ model: '' }), 'input.model'],
  ['modifyAssistant', change({ model: 'x' }), change({ model: null }), 'input.model'],
  ['modifyAssistant', change({ name: null }), change({}), 'input'],
  [
    'createAssistantFile',
    { assistantId: 'a', fileId: 'b' },
    { assistantId: 'a', fileId: '' },
    'input.fileId',
  ],
  ['createThread', { messages: [said] }, { messages: [said, { content: '' }] }, 'input.messages[1].content'],
  [
    'createThread',
    { messages: [{ ...said, metadata: pairs(16) }] },
    { messages: [said, said, said, { ...said, metadata: pairs(17) }] },
    'input.messages[3].metadata',
  ],
  [
    'createThread',
    { messages: [{ ...said, fileIds: many(10) }] },
    { messages: [{ ...said, fileIds: many(11) }] },
    'input.messages[0].fileIds',
  ],
  ['createThread', { metadata: pairs(16) }, { metadata: pairs(17) }, 'input.metadata'],
  ['modifyThread', { id: 'a', metadata: null }, { id: 'a' }, 'input'],
  ['modifyThread', { id: 'a', metadata: pairs(16) }, { id: 'a', metadata: pairs(17) }, 'input.metadata'],
  [
    'createMessage',
    message({ content: long(256_000) }),
    message({ content: long(256_001) }),
    'input.content',
  ],
  ['createMessage', message({}), message({ content: '' }), 'input.content'],
  ['createMessage', message({ fileIds: many(10) }), message({ fileIds: many(11) }), 'input.fileIds'],
  ['modifyMessage', { id: 'a/b', metadata: {} }, { id: 'a/b' }, 'input'],
  ['modifyRun', { id: 'a/b', metadata: {} }, { id: 'a/b' }, 'input'],
  ['createRun', run({ tools: list(20, tool) }), run({ tools: list(21, tool) }), 'input.tools'],
  ['createRun', run({ model: 'x' }), run({ model: '' }), 'input.model'],
  ['createRun', run({ maxPromptTokens: 256 }), run({ maxPromptTokens: 255 }), 'input.maxPromptTokens'],
  [
    'createRun',
    run({ maxCompletionTokens: 256 }),
    run({ maxCompletionTokens: 255 }),
    'input.maxCompletionTokens',
  ],
  [
    'createRun',
    run({ instructions: long(256_000) }),
    run({ instructions: long(256_001) }),
    'input.instructions',
  ],
  [
    'createRun',
    run({ additionalInstructions: long(256_000) }),
    run({ additionalInstructions: long(256_001) }),
    'input.additionalInstructions',
  ],
  [
    'createRun',
    run({ additionalMessages: [said] }),
    run({ additionalMessages: [{ content: '' }] }),
    'input.additionalMessages[0].content',
  ],
  [
    'createRun',
    run({ toolChoice: { functionName: 'a' } }),
    run({ toolChoice: { functionName: 'a b' } }),
    'input.toolChoice.functionName',
  ],
  [
    'createRun',
    run({ truncationStrategy: { type: 'AUTO' } }),
    run({ truncationStrategy: { type: 'AUTO', lastMessages: 3 } }),
    'input.truncationStrategy.lastMessages',
  ],
  [
    'createRun',
    run({ truncationStrategy: { type: 'LAST_MESSAGES', lastMessages: 1 } }),
    run({ truncationStrategy: { type: 'LAST_MESSAGES' } }),
    'input.truncationStrategy.lastMessages',
  ],
  [
    'createRun',
    run({ truncationStrategy: { type: 'LAST_MESSAGES', lastMessages: 1 } }),
    run({ truncationStrategy: { type: 'LAST_MESSAGES', lastMessages: 0 } }),
    'input.truncationStrategy.lastMessages',
  ],
  [
    'createThreadAndRun',
    start({ thread: { metadata: pairs(16) } }),
    start({ thread: { metadata: pairs(17) } }),
    'input.thread.metadata',
  ],
  [
    'createThreadAndRun',
    start({ thread: { messages: [said] } }),
    start({ thread: { messages: [{ content: '' }] } }),
    'input.thread.messages[0].content',
  ],
  [
    'submitToolOutputsToRun',
    outputs({ toolOutputs: [{ toolCallId: 'a', output: '' }] }),
    outputs({ toolOutputs: [] }),
    'input.toolOutputs',
  ],
  [
    'submitToolOutputsToRun',
    outputs({ toolOutputs: [{ toolCallId: 'a', output: '' }] }),
    outputs({ toolOutputs: [{ toolCallId: '', output: '' }] }),
    'input.toolOutputs[0].toolCallId',
  ],
];

describe.each(bounds)('%s', (name, within, beyond, argument) => {
  test(`accepts a value at the limit of ${argument}`, async () => {
    await send(name, within);
    expect(graph.upstream.calls).toHaveLength(1);
  });

  test(`rejects a value over the limit, names ${argument}, and sends nothing`, async () => {
    const { errors } = await send(name, beyond);
    expect(errors).toMatchObject([{ path: [name], extensions: { code: 'BAD_USER_INPUT', argument } }]);
    expect(errors[0]?.message).toContain(argument);
    expect(graph.upstream.calls).toEqual([]);
  });
});
