import { isEnumType, isInterfaceType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { samples, type Wire } from '../hostile/samples.ts';
import { type Graph, startGraph } from '../support/graph.ts';

let graph: Graph;
let upstreamObject: Wire;
beforeAll(async () => {
  graph = await startGraph();
  graph.upstream.intercept = (_, response) =>
    Boolean(response.writeHead(200).end(JSON.stringify(upstreamObject)));
});
afterAll(() => graph.close());

const future = { type: 'hologram', id: 'part_1', depth: 3 };
const raw = { rawType: 'hologram', raw: future };

async function show(field: string, upstream: Wire): Promise<unknown> {
  upstreamObject = upstream;
  const data = await graph.data<Record<string, unknown>, object>(`{ thread(id: "thread_1") { ${field} } }`);
  return Object.values(Object(data.thread))[0];
}

const message = (selection: string, changes: Wire) =>
  show(`message(id: "msg_1") { ${selection} }`, { ...samples.Message, ...changes });
const run = (selection: string, changes: Wire) =>
  show(`run(id: "run_1") { ${selection} }`, { ...samples.Run, ...changes });
const step = async (selection: string, changes: Wire) =>
  Object(
    await show(`run(id: "run_1") { step(id: "step_1") { ${selection} } }`, {
      ...samples.RunStep,
      ...changes,
    }),
  ).step;

describe('a part of an unknown type is passed on as it is', () => {
  const unknown = (type: string) => `__typename type ... on ${type} { rawType raw }`;

  test('a tool', async () => {
    expect(await run(`tools { ${unknown('UnknownTool')} }`, { tools: [future] })).toEqual({
      tools: [{ __typename: 'UnknownTool', type: 'UNKNOWN', ...raw }],
    });
  });

  test('a part of a message, beside its text', async () => {
    const text = { type: 'text', text: { value: 'A', annotations: [] } };
    const content = [text, future, text];
    expect(await message(`text content { ${unknown('UnknownContent')} }`, { content })).toMatchObject({
      text: 'A\n\nA',
      content: [
        { type: 'TEXT' },
        { __typename: 'UnknownContent', type: 'UNKNOWN', ...raw },
        { type: 'TEXT' },
      ],
    });
  });

  test.each([
    [{}, { text: '', startIndex: 0, endIndex: 0 }],
    [
      { text: '[3]', start_index: 2, end_index: 5 },
      { text: '[3]', startIndex: 2, endIndex: 5 },
    ],
    [
      { text: {}, start_index: 1e300, end_index: '5' },
      { text: '', startIndex: 0, endIndex: 0 },
    ],
  ])('an annotation, with its position if it has one: %j', async (place, shown) => {
    const annotation = { ...future, ...place };
    const content = [{ type: 'text', text: { value: 'A', annotations: [annotation] } }];
    const selection =
      'content { ... on TextContent { annotations { text startIndex endIndex ... on UnknownAnnotation { rawType raw } } } }';
    expect(await message(selection, { content })).toEqual({
      content: [{ annotations: [{ ...shown, rawType: 'hologram', raw: annotation }] }],
    });
  });

  test('the details of a step', async () => {
    expect(
      await step(`type details { ${unknown('UnknownStepDetails')} }`, {
        type: 'hologram',
        step_details: future,
      }),
    ).toEqual({
      type: 'UNKNOWN',
      details: { __typename: 'UnknownStepDetails', type: 'UNKNOWN', ...raw },
    });
  });

  test('a tool call and an output of the code interpreter', async () => {
    const code = {
      id: 'call_1',
      type: 'code_interpreter',
      code_interpreter: { input: '', outputs: [future] },
    };
    const selection = `details { ... on ToolCallsDetails { toolCalls { toolCallId ${unknown('UnknownToolCall')}
      ... on CodeInterpreterToolCall { outputs { ${unknown('UnknownCodeInterpreterOutput')} } } } } }`;
    expect(
      await step(selection, { step_details: { type: 'tool_calls', tool_calls: [future, code] } }),
    ).toMatchObject({
      details: {
        toolCalls: [
          { __typename: 'UnknownToolCall', toolCallId: 'part_1', type: 'UNKNOWN', ...raw },
          { outputs: [{ __typename: 'UnknownCodeInterpreterOutput', type: 'UNKNOWN', ...raw }] },
        ],
      },
    });
  });

  test('a malformed part of a known type is passed on as it is, too', async () => {
    const damaged = { type: 'text', text: null };
    expect(await message(`content { ${unknown('UnknownContent')} }`, { content: [damaged, 'x'] })).toEqual({
      content: [
        { __typename: 'UnknownContent', type: 'UNKNOWN', rawType: 'text', raw: damaged },
        { __typename: 'UnknownContent', type: 'UNKNOWN', rawType: '', raw: { value: 'x' } },
      ],
    });
  });
});

describe('an unknown enum value is UNKNOWN', () => {
  test.each([
    ['status', { status: 'paused' }, { status: 'UNKNOWN' }],
    ['status isTerminal', { status: 'COMPLETED' }, { status: 'UNKNOWN', isTerminal: false }],
    ['incompleteReason', { incomplete_details: { reason: 'bored' } }, { incompleteReason: 'UNKNOWN' }],
    ['incompleteReason', { incomplete_details: {} }, { incompleteReason: null }],
    [
      'lastError { code message }',
      { last_error: { code: 'bored' } },
      { lastError: { code: 'UNKNOWN', message: '' } },
    ],
    [
      'toolChoice { mode tool }',
      { tool_choice: 'required' },
      { toolChoice: { mode: 'UNKNOWN', tool: null } },
    ],
    [
      'toolChoice { mode tool functionName }',
      { tool_choice: future },
      { toolChoice: { mode: 'TOOL', tool: 'UNKNOWN', functionName: null } },
    ],
    [
      'truncationStrategy { type lastMessages }',
      { truncation_strategy: future },
      { truncationStrategy: { type: 'UNKNOWN', lastMessages: null } },
    ],
    [
      'responseFormat { type raw }',
      { response_format: future },
      { responseFormat: { type: 'UNKNOWN', raw: future } },
    ],
    [
      'responseFormat { type raw }',
      { response_format: 'poem' },
      { responseFormat: { type: 'UNKNOWN', raw: null } },
    ],
    [
      'responseFormat { type raw }',
      { response_format: 'auto' },
      { responseFormat: { type: 'AUTO', raw: null } },
    ],
  ])('of a run: %s of %j', async (selection, changes, shown) => {
    expect(await run(selection, changes)).toEqual(shown);
  });

  test.each([
    ['role', { role: 'tool' }, { role: 'UNKNOWN' }],
    ['status', { status: 'paused' }, { status: 'UNKNOWN' }],
    ['status', { status: null }, { status: null }],
    ['incompleteReason', { incomplete_details: { reason: 'bored' } }, { incompleteReason: 'UNKNOWN' }],
  ])('of a message: %s of %j', async (selection, changes, shown) => {
    expect(await message(selection, changes)).toEqual(shown);
  });

  test('a required action of an unknown type is an error, not null', async () => {
    upstreamObject = { ...samples.Run, required_action: future };
    const { data, errors } = await graph.send(
      '{ thread(id: "thread_1") { run(id: "run_1") { status requiredAction { toolCalls { name } } } } }',
    );
    expect(data).toEqual({ thread: { run: { status: 'REQUIRES_ACTION', requiredAction: null } } });
    expect(errors).toMatchObject([
      { path: ['thread', 'run', 'requiredAction'], extensions: { code: 'UPSTREAM_ERROR' } },
    ]);
  });
});

describe('in the schema', () => {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const enums = types.filter(isEnumType).filter(({ name }) => name !== 'SortOrder');
  const isInput = (name: string) => /Input$|^BuiltInTool$|^OnActiveRun$/.test(name);

  test.each(enums)('$name has UNKNOWN if and only if it is an output enum', (type) => {
    const hasUnknown = type.getValues().some(({ name }) => name === 'UNKNOWN');
    expect(hasUnknown).toBe(!isInput(type.name));
  });

  // Nodes and events are types of this server's own.
  const ours = ['Node', 'RunEvent'];
  test.each(types.filter(isInterfaceType).filter(({ name }) => !ours.includes(name)))(
    '$name has a type for what is unknown',
    (type) => {
      const names = schema.getPossibleTypes(type).map(({ name }) => name);
      expect(names).toContainEqual(expect.stringMatching(/^Unknown/));
    },
  );

  test('only types with an identity have a field called id', () => {
    for (const type of types.filter(isObjectType)) {
      const isNode = type.getInterfaces().some(({ name }) => name === 'Node');
      expect({ type: type.name, id: 'id' in type.getFields() }).toEqual({ type: type.name, id: isNode });
    }
  });
});

describe('a value in a response', () => {
  test.each([
    [
      { a: 'x', b: 5, c: null, d: { e: [true] } },
      { a: 'x', b: '5', c: 'null', d: '{"e":[true]}' },
    ],
    [null, {}],
    ['x', {}],
    [['x'], {}],
  ])('metadata %j becomes a map of strings', async (metadata, shown) => {
    expect(await run('metadata', { metadata })).toEqual({ metadata: shown });
  });

  test.each([
    [1_700_000_000, '2023-11-14T22:13:20.000Z'],
    [1_700_000_000_123, '2023-11-14T22:13:20.123Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [1_700_000_000_123_456, null],
    ['1700000000', null],
    [null, null],
  ])('the time %j becomes %j', async (started_at, startedAt) => {
    expect(await run('startedAt', { started_at })).toEqual({ startedAt });
  });

  test('empty ids are left out', async () => {
    const changes = { file_ids: ['file-1', null, 5, '', 'a/b', 'file-2'], assistant_id: '', run_id: 'a/b' };
    expect(await message('fileIds assistantId assistant { id } runId run { id }', changes)).toEqual({
      fileIds: ['file-1', 'file-2'],
      assistantId: null,
      assistant: null,
      runId: null,
      run: null,
    });
  });
});
