import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

const create =
  'mutation ($input: CreateAssistantInput!) { createAssistant(input: $input) { assistant { model } } }';

async function send(query: string, variables?: object) {
  graph.upstream.calls.length = 0;
  const { errors } = await graph.send(query, variables);
  return { errors, sent: graph.upstream.calls.length };
}

describe('variables of the wrong type are BAD_USER_INPUT, and the message names them', () => {
  const assistant = (more: object) => ({ input: { model: 'm', ...more } });
  const tools = (tool: unknown) => assistant({ tools: [tool] });

  test.each([
    ['nothing', undefined, '$input'],
    ['null', { input: null }, '$input'],
    ['a text for an input', { input: 'm' }, '$input'],
    ['a list for an input', { input: [{ model: 'm' }] }, '$input'],
    ['a field that is missing', { input: {} }, 'model'],
    ['a field that does not exist', assistant({ colour: 'red' }), 'colour'],
    ['a number for a text', { input: { model: 5 } }, 'input.model'],
    ['a text for a number', assistant({ temperature: '1' }), 'input.temperature'],
    ['a list for metadata', assistant({ metadata: ['a'] }), 'input.metadata'],
    ['metadata that is not a string', assistant({ metadata: { a: 5 } }), "'a'"],
    ['metadata that is null', assistant({ metadata: { a: null } }), "'a'"],
    ['a null in a list', assistant({ fileIds: [null] }), 'input.fileIds[0]'],
    ['a wrong enum', tools({ builtIn: 'ROBOT' }), 'input.tools[0].builtIn'],
    ['an enum by the name that REST has for it', tools({ builtIn: 'retrieval' }), 'input.tools[0].builtIn'],
    ['an enum that is only put out', tools({ builtIn: 'UNKNOWN' }), 'input.tools[0].builtIn'],
    ['both of a oneOf', tools({ builtIn: 'RETRIEVAL', function: { name: 'f' } }), 'input.tools[0]'],
    ['neither of a oneOf', tools({}), 'input.tools[0]'],
    ['a null in a oneOf', tools({ builtIn: null }), 'input.tools[0].builtIn'],
    ['one and a null in a oneOf', tools({ builtIn: 'RETRIEVAL', function: null }), 'input.tools[0]'],
    ['a schema that is no object', tools({ function: { name: 'f', parameters: [] } }), 'parameters'],
  ])('%s', async (_, variables, named) => {
    const { errors, sent } = await send(create, variables);
    expect(errors.map(({ extensions }) => extensions.code)).toContain('BAD_USER_INPUT');
    expect(new Set(errors.map(({ extensions }) => extensions.code)).size).toBe(1);
    expect(errors.map(({ message }) => message).join()).toContain(named);
    expect(sent).toBe(0);
  });

  test.each([
    ['Int', 'first', 1.5],
    ['Int', 'first', 5e10],
    ['Int', 'first', '3'],
    ['String', 'after', 5],
    ['SortOrder', 'order', 'desc'],
  ])('a variable of type %s for %s that is %j', async (type, argument, value) => {
    const query = `query ($it: ${type}) { assistants(${argument}: $it) { nodes { id } } }`;
    const { errors, sent } = await send(query, { it: value });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0]?.message).toContain('$it');
    expect(sent).toBe(0);
  });

  test.each([{ a: 1 }, [['x']], true, 1.5])('%j is not an id', async (id) => {
    const { errors, sent } = await send('query ($id: ID!) { thread(id: $id) { id } }', { id });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(sent).toBe(0);
  });
});

describe('the same values in a document fail validation', () => {
  test.each([
    'createAssistant { assistant { id } }',
    'createAssistant(input: {}) { assistant { id } }',
    'createAssistant(input: null) { assistant { id } }',
    'createAssistant(input: { model: 5 }) { assistant { id } }',
    'createAssistant(input: { model: "m", colour: "red" }) { assistant { id } }',
    'createAssistant(input: { model: "m", metadata: { a: 5 } }) { assistant { id } }',
    'createAssistant(input: { model: "m", metadata: "a" }) { assistant { id } }',
    'createAssistant(input: { model: "m", tools: [{ builtIn: ROBOT }] }) { assistant { id } }',
    'createAssistant(input: { model: "m", tools: [{}] }) { assistant { id } }',
    'createAssistant(input: { model: "m", tools: [{ builtIn: null }] }) { assistant { id } }',
    'createAssistant(input: { model: "m", tools: [{ builtIn: RETRIEVAL, function: { name: "f" } }] }) { assistant { id } }',
    'createThread(input: null) { thread { id } }',
    'createThread { thread }',
    'createThread { robot { id } }',
    'createRobot { robot { id } }',
  ])('%s', async (selection) => {
    const { errors, sent } = await send(`mutation { ${selection} }`);
    expect(errors[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    expect(sent).toBe(0);
  });
});

describe('variables inside literals', () => {
  test.each([
    [
      'metadata',
      { v: 'x' },
      'mutation ($v: String) { createAssistant(input: { model: "m", metadata: { a: $v } }) { assistant { metadata } } }',
    ],
    [
      'a oneOf input',
      { v: 'RETRIEVAL' },
      'mutation ($v: BuiltInTool!) { createAssistant(input: { model: "m", tools: [{ builtIn: $v }] }) { assistant { metadata } } }',
    ],
  ])('are accepted for %s', async (_, variables, query) => {
    expect(await send(query, variables)).toEqual({ errors: [], sent: 1 });
  });

  test.each([
    [
      'metadata that is not a string',
      { v: 5 },
      'mutation ($v: Int) { createAssistant(input: { model: "m", metadata: { a: $v } }) { assistant { id } } }',
    ],
    [
      'a oneOf input whose only field is null',
      { v: null },
      'mutation ($v: BuiltInTool) { createAssistant(input: { model: "m", tools: [{ builtIn: $v }] }) { assistant { id } } }',
    ],
  ])('are checked too: %s', async (_, variables, query) => {
    const { errors, sent } = await send(query, variables);
    expect(errors[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
    expect(sent).toBe(0);
  });
});

describe('an invalid document', () => {
  test.each([
    ['', 'GRAPHQL_PARSE_FAILED'],
    ['{', 'GRAPHQL_PARSE_FAILED'],
    ['{ thread(id: "\\ud800") { id } }', 'GRAPHQL_PARSE_FAILED'],
    ['{ a\u0000 }', 'GRAPHQL_PARSE_FAILED'],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ thread { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query A { __typename } query B { __typename }', 'OPERATION_RESOLUTION_FAILURE'],
    ['fragment A on Query { __typename }', 'OPERATION_RESOLUTION_FAILURE'],
    ['subscription { run }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('%j is %s', async (query, code) => {
    const { errors } = await send(query);
    expect(errors.map(({ extensions }) => extensions.code)).toContain(code);
  });

  test.each([
    [
      'query A { __typename } query B { __typename }',
      undefined,
      'must be the name of an operation in the document: A, B',
    ],
    ['query A { __typename }', 'a', 'must be the name of an operation in the document: A'],
    ['{ __typename }', 'A', 'must be left out: the operation in the document has no name'],
  ])('%j with operationName %j says which operation to choose', async (query, operationName, problem) => {
    const response = await fetch(graph.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, operationName }),
    });
    const message = `\`operationName\` ${problem}`;
    expect(await response.json()).toMatchObject({ errors: [{ message }] });
  });
});
