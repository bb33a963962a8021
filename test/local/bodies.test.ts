import { describe, expect, it } from 'vitest';
import { addAssistant, addThread } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';

const long = (length: number) => 'x'.repeat(length);
const many = <Item>(count: number, item: Item) => Array.from({ length: count }, () => item);
const pairs = (count: number) => Object.fromEntries(many(count, '').map((_, index) => [`key${index}`, 'v']));
const described = (length: number) => ({
  type: 'function',
  function: { name: 'f', description: long(length) },
});
const named = (name: unknown) => ({ type: 'function', function: { name } });

/** Nested deeper than the parameters of a function may be. */
const deepTool = {
  type: 'function',
  function: { name: 'f', parameters: JSON.parse(`${'{"a":'.repeat(201)}1${'}'.repeat(201)}`) },
};

/** An invalid body, the `param` in the error, and a part of the error's message. */
type InvalidBody = [body: unknown, param: string | null, message: string];

const assistantFields: InvalidBody[] = [
  [{ name: long(257) }, 'name', '256'],
  [{ name: 5 }, 'name', 'string'],
  [{ description: long(513) }, 'description', '512'],
  [{ instructions: long(256_001) }, 'instructions', '256000'],
  [{ tools: many(129, { type: 'retrieval' }) }, 'tools', '128'],
  [{ tools: [{ type: 'teleport' }] }, 'tools[0].type', 'code_interpreter'],
  [{ tools: [{ type: 'retrieval', more: 1 }] }, 'tools[0].more', 'not a parameter'],
  [{ tools: [{ type: 'function' }] }, 'tools[0].function', 'required'],
  [{ tools: [{ type: 'retrieval' }, named('no spaces')] }, 'tools[1].function.name', 'letters'],
  [{ tools: [named(long(65))] }, 'tools[0].function.name', '64'],
  [{ tools: many(6, described(100_000)) }, 'tools', '512000'],
  [{ tools: null }, 'tools', 'array'],
  [{ file_ids: many(21, 'file-x') }, 'file_ids', '20'],
  [{ tools: [named('f'), deepTool] }, 'tools[1].function.parameters', '200'],
  [{ metadata: pairs(17) }, 'metadata', '16'],
  [{ metadata: { [long(65)]: 'v' } }, `metadata.${long(64)}`, '64'],
  [{ metadata: { k: long(513) } }, 'metadata.k', '512'],
  [{ metadata: { k: 1 } }, 'metadata.k', 'string'],
  [{ metadata: [] }, 'metadata', 'object'],
  [{ temperature: 2.1 }, 'temperature', '2'],
  [{ temperature: -0.1 }, 'temperature', '0'],
  [{ temperature: 'hot' }, 'temperature', 'number'],
  [{ top_p: 1.1 }, 'top_p', '1'],
  [{ response_format: 'xml' }, 'response_format', 'auto'],
  [{ response_format: { type: 'xml' } }, 'response_format', 'json_object'],
  [{ colour: 'red' }, 'colour', 'not a parameter'],
];

const messageFields: InvalidBody[] = [
  [{ content: 'x' }, 'role', 'required'],
  [{ role: 'system', content: 'x' }, 'role', 'assistant'],
  [{ role: 'user' }, 'content', 'required'],
  [{ role: 'user', content: '' }, 'content', 'empty'],
  [{ role: 'user', content: long(256_001) }, 'content', '256000'],
  [
    { role: 'user', content: [{ type: 'image_url' }] },
    'content',
    'string: a message has text only, no images',
  ],
  [{ role: 'user', content: 'x', file_ids: [] }, 'file_ids', '1'],
  [{ role: 'user', content: 'x', file_ids: many(11, 'file-x') }, 'file_ids', '10'],
  [{ role: 'user', content: 'x', mood: 'good' }, 'mood', 'not a parameter'],
];

const runFields: InvalidBody[] = [
  [{}, 'assistant_id', 'required'],
  ...(
    [
      [{ model: '' }, 'model', 'empty'],
      [{ instructions: long(256_001) }, 'instructions', '256000'],
      [{ tools: many(21, { type: 'retrieval' }) }, 'tools', '20'],
      [{ max_prompt_tokens: 255 }, 'max_prompt_tokens', '256'],
      [{ max_completion_tokens: 255 }, 'max_completion_tokens', '256'],
      [{ max_completion_tokens: 256.5 }, 'max_completion_tokens', 'integer'],
      [{ truncation_strategy: { type: 'first' } }, 'truncation_strategy.type', 'auto'],
      [
        { truncation_strategy: { type: 'last_messages' } },
        'truncation_strategy.last_messages',
        'is required',
      ],
      [
        { truncation_strategy: { type: 'last_messages', last_messages: 0 } },
        'truncation_strategy.last_messages',
        '1',
      ],
      [
        { truncation_strategy: { type: 'auto', last_messages: 3 } },
        'truncation_strategy.last_messages',
        'not allowed',
      ],
      [{ tool_choice: 'always' }, 'tool_choice', 'auto'],
      [{ tool_choice: { type: 'teleport' } }, 'tool_choice', 'tool'],
      [{ tool_choice: named('') }, 'tool_choice.function.name', 'letters'],
      [{ stream: 'yes' }, 'stream', 'boolean'],
      [{ expires_in: 5 }, 'expires_in', 'not a parameter'],
    ] satisfies InvalidBody[]
  ).map(([body, param, message]): InvalidBody => [{ assistant_id: 'asst_x', ...body }, param, message]),
];

describe('an invalid body gets a 400 that names the invalid value:', () => {
  const inList = (name: string, bodies: InvalidBody[]): InvalidBody[] =>
    bodies.map(([body, param, message]) => [{ [name]: [body] }, `${name}[0].${param}`, message]);

  const cases: [operation: string, path: string, bodies: InvalidBody[]][] = [
    [
      'createAssistant',
      '/assistants',
      [
        [{}, 'model', 'required'],
        [{ model: null }, 'model', 'string'],
        [{ model: '' }, 'model', 'empty'],
      ],
    ],
    [
      'createAssistant',
      '/assistants',
      assistantFields.map(([body, ...rest]) => [{ model: 'm', ...Object(body) }, ...rest]),
    ],
    ['modifyAssistant', '/assistants/ASSISTANT', [...assistantFields, [{ model: null }, 'model', 'string']]],
    [
      'createAssistantFile',
      '/assistants/ASSISTANT/files',
      [
        [{}, 'file_id', 'required'],
        [{ file_id: 1 }, 'file_id', 'string'],
      ],
    ],
    [
      'createThread',
      '/threads',
      [
        ...inList('messages', messageFields),
        [{ messages: many(101, { role: 'user', content: 'x' }) }, 'messages', '100'],
        [{ metadata: pairs(17) }, 'metadata', '16'],
        [{ name: 'x' }, 'name', 'not a parameter'],
      ],
    ],
    [
      'modifyThread',
      '/threads/THREAD',
      [
        [{ metadata: pairs(17) }, 'metadata', '16'],
        [{ messages: [] }, 'messages', 'not a parameter'],
      ],
    ],
    ['createMessage', '/threads/THREAD/messages', messageFields],
    ['modifyMessage', '/threads/THREAD/messages/MESSAGE', [[{ content: 'x' }, 'content', 'not a parameter']]],
    [
      'createRun',
      '/threads/THREAD/runs',
      [
        ...runFields,
        [{ assistant_id: 'a', additional_instructions: long(256_001) }, 'additional_instructions', '256000'],
        [
          { assistant_id: 'a', additional_messages: many(101, { role: 'user', content: 'x' }) },
          'additional_messages',
          '100',
        ],
      ],
    ],
    [
      'createThreadAndRun',
      '/threads/runs',
      [
        ...runFields,
        [{ assistant_id: 'a', thread: { messages: [{}] } }, 'thread.messages[0].role', 'required'],
        [{ assistant_id: 'a', thread: null }, 'thread', 'object'],
      ],
    ],
    ['modifyRun', '/threads/THREAD/runs/run_x', [[{ status: 'completed' }, 'status', 'not a parameter']]],
    [
      'submitToolOutputsToRun',
      '/threads/THREAD/runs/run_x/submit_tool_outputs',
      [
        [{}, 'tool_outputs', 'required'],
        [{ tool_outputs: [{ output: 'x' }] }, 'tool_outputs[0].tool_call_id', 'required'],
        [{ tool_outputs: many(129, { tool_call_id: 'x' }) }, 'tool_outputs', '128'],
        [{ tool_outputs: many(2, { tool_call_id: 'x', output: long(256_001) }) }, 'tool_outputs', '512000'],
      ],
    ],
  ];

  it.each(cases)('%s', async (_, path, bodies) => {
    const api = await startApi();
    const assistant = await addAssistant(api);
    const thread = await addThread(api, 'Hello');
    const [message] = (await api.get(`/threads/${thread.id}/messages`)).data;
    const realPath = path
      .replace('ASSISTANT', assistant.id)
      .replace('THREAD', thread.id)
      .replace('MESSAGE', message.id);
    for (const [body, param, message] of bodies) {
      const response = await api.call('POST', realPath, body);
      expect({ body, ...response.body.error }).toEqual({
        body,
        message: expect.stringContaining(message),
        type: 'invalid_request_error',
        param,
        code: null,
      });
      expect(response.status).toBe(400);
    }
    expect((await api.get(`/threads/${thread.id}/messages`)).data).toEqual([message]);
  });

  it('but a body at the limits is accepted', async () => {
    const api = await startApi();
    const metadata = { ...pairs(15), [long(64)]: long(512) };
    // Lengths count characters, not UTF-16 units: an emoji counts as one.
    const name = '👋'.repeat(256);
    const tools = [...many(127, { type: 'retrieval' }), named(long(64))];
    const body = { model: 'm', name, description: long(512), instructions: long(256_000), tools, metadata };
    expect(await api.post('/assistants', { ...body, temperature: 2, top_p: 0 })).toMatchObject(body);
    const content = 'é'.repeat(256_000);
    const thread = await addThread(api, content);
    expect((await api.get(`/threads/${thread.id}/messages`)).data[0].content[0].text.value).toBe(content);
  });
});
