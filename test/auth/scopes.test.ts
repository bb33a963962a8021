/** What a principal may do is checked before anything is sent, wherever in an operation it is. */
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireCosts } from '../../src/fields/required-costs.ts';
import { checkScopes } from '../../src/pricing/check-scopes.ts';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { schema } from '../../src/schema/index.ts';
import { type Scope, scopes } from '../../src/scopes.ts';
import { extendedSchema } from '../support/extended-schema.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { postOperation } from '../support/http.ts';
import { operationSource } from '../support/operation-source.ts';
import { callRest, createWorld, type World } from '../support/world.ts';
import { transports } from './support/clients.ts';
import { type Issuer, settingsFor, startIssuer } from './support/issuer.ts';

const key = (name: string) => `${name}-key-0123456789-abcdef`;
const bearer = (name: string) => ({ authorization: `Bearer ${key(name)}` });

let graph: Graph;
let world: World;
beforeAll(async () => {
  const keys = [`reader=${key('reader')} threads:read`, `writer=${key('writer')} threads:write`];
  graph = await startGraph({
    AUTH: 'key',
    AUTH_KEYS: [...keys, `nobody=${key('nobody')} files:read`].join(),
  });
  world = await createWorld(graph.localUrl);
});
afterAll(() => graph.close());

const forbidden = (field: string, scope: Scope) => ({
  message: `\`${field}\` needs the scope ${scope}`,
  extensions: { code: 'FORBIDDEN', field, scope },
});

const refused: [query: string, field: string, scope: Scope][] = [
  ['{ assistants { nodes { id } } }', 'Query.assistants', 'assistants:read'],
  ['{ assistant(id: "$assistant") { id } }', 'Query.assistant', 'assistants:read'],
  ['{ thread(id: "$thread") { runs { nodes { assistant { name } } } } }', 'Run.assistant', 'assistants:read'],
  ['{ thread(id: "$thread") { runs { nodes { assistant { id } } } } }', 'Run.assistant', 'assistants:read'],
  [
    '{ thread(id: "$thread") { ...A } } fragment A on Thread { messages { edges { node { ...B } } } } fragment B on Message { ... on Node { ... on Message { assistant { name } } } }',
    'Message.assistant',
    'assistants:read',
  ],
  ['{ node(id: "$node") { id } }', 'Query.node', 'assistants:read'],
  ['{ nodes(ids: ["$threadNode", "$node"]) { __typename } }', 'Query.nodes', 'assistants:read'],
  [
    'mutation { deleteThread(input: { id: "$thread" }) { deletedId } }',
    'Mutation.deleteThread',
    'threads:write',
  ],
  ['mutation { createThread { __typename } }', 'Mutation.createThread', 'threads:write'],
  [
    'mutation { createAssistant(input: { model: "offline" }) { __typename } }',
    'Mutation.createAssistant',
    'assistants:write',
  ],
  [
    'subscription { runEvents(id: "$run") { ... on RunStatusChanged { run { assistant { name } } } } }',
    'Run.assistant',
    'assistants:read',
  ],
];

function filled(query: string): string {
  const values: Record<string, string> = {
    threadNode: encodeGlobalId('Thread', [world.threadId]),
    thread: world.threadId,
    assistant: world.assistantId,
    node: encodeGlobalId('Assistant', [world.assistantId]),
    run: `${world.threadId}/${world.runIds[0]}`,
  };
  return query.replace(/\$(\w+)/g, (text, name: string) => values[name] ?? text);
}

test.each(
  refused.flatMap(([query, ...rest]) =>
    transports
      .filter(([name]) => name !== (query.startsWith('subscription') ? 'HTTP' : 'server-sent events'))
      .map(([name, send]) => [query, name, ...rest, send] as const),
  ),
)('%s is refused over %s, and nothing is sent', async (query, _, field, scope, send) => {
  const before = graph.upstream.calls.length;
  const outcome = await send(graph.url, bearer('reader'), filled(query));
  expect(outcome).toMatchObject({ errors: [forbidden(field, scope)] });
  expect(outcome.data).toBeUndefined();
  expect(graph.upstream.calls).toHaveLength(before);
});

test('a subscription needs a scope', async () => {
  const subscription = filled('subscription { runStatus(id: "$run") { id } }');
  for (const [, send] of transports.slice(1)) {
    const outcome = await send(graph.url, bearer('writer'), subscription);
    expect(outcome.errors).toMatchObject([forbidden('Subscription.runStatus', 'threads:read')]);
    expect((await send(graph.url, bearer('reader'), subscription)).data).toMatchObject({ runStatus: {} });
  }
});

test('what a scope allows is not refused', async () => {
  const query = `query ($no: Boolean = false) {
    thread(id: "$thread") { id messages { nodes { run { status assistant @include(if: $no) { name } } } } }
    node(id: "$threadNode") { id ... on Assistant { files { nodes { id } } } }
    __typename
  }`;
  const { data, errors } = await graph.send(filled(query), {}, bearer('reader'));
  expect(errors).toEqual([]);
  expect(data).toMatchObject({ thread: { id: expect.any(String) }, node: { id: expect.any(String) } });
});

test('the object that a write returns needs no scope to read, and what lies below it does', async () => {
  const write = 'mutation { createThread(input: {}) { thread { id createdAt $below } } }';
  const written = await graph.send(write.replace('$below', ''), {}, bearer('writer'));
  expect(written).toMatchObject({
    errors: [],
    data: { createThread: { thread: { id: expect.any(String) } } },
  });
  const before = graph.upstream.calls.length;
  const { errors } = await graph.send(
    write.replace('$below', 'messages { nodes { text } }'),
    {},
    bearer('writer'),
  );
  expect(errors).toMatchObject([forbidden('Thread.messages', 'threads:read')]);
  expect(graph.upstream.calls).toHaveLength(before);
});

test('a refusal over HTTP has a status, and names all missing scopes', async () => {
  const query = filled('{ thread(id: "$thread") { id } assistants { nodes { id } } }');
  const accept = 'application/graphql-response+json';
  const { status, headers, text } = await postOperation(
    graph.url,
    { query },
    { accept, ...bearer('nobody') },
  );
  expect(status).toBe(403);
  expect(headers['www-authenticate']).toBe(
    'Bearer error="insufficient_scope", scope="threads:read assistants:read"',
  );
  expect(JSON.parse(text).errors).toMatchObject([
    forbidden('Query.thread', 'threads:read'),
    forbidden('Query.assistants', 'assistants:read'),
  ]);
});

test('the scopes of a token are those of its claims', async () => {
  const issuer: Issuer = await startIssuer();
  const own = await startGraph(settingsFor(issuer, { JWT_DEFAULT_SCOPES: '' }));
  await callRest(own.localUrl, '/assistants', { model: 'offline' });
  const allowed = async (claims: object) => {
    const authorization = `Bearer ${await issuer.token({ ...claims })}`;
    const { errors } = await own.send('{ assistants { nodes { id } } }', {}, { authorization });
    return errors.length === 0;
  };
  expect(await allowed({ scope: 'openid assistants:read' })).toBe(true);
  expect(await allowed({ scp: 'openid assistants:read' })).toBe(true);
  expect(await allowed({ scp: ['openid', 'assistants:read'] })).toBe(true);
  for (const claims of [
    {},
    { scope: '' },
    { scope: 'assistants:reader threads:read ASSISTANTS:READ assistants' },
    { scope: { 'assistants:read': true } },
    { scope: 'openid', scp: ['assistants:read'] },
  ]) {
    expect({ claims, isAllowed: await allowed(claims) }).toEqual({ claims, isAllowed: false });
  }
  await own.close();
  await issuer.close();
});

test('many fragments that meet each other are searched once each', () => {
  const fragments = Array.from(
    { length: 150 },
    (_, index) =>
      `fragment F${index} on Run { a: messages { nodes { run { ...F${(index + 1) % 150} } } } b: messages { nodes { run { ...F${(index + 7) % 150} } } } }`,
  );
  const document = parse(`{ node(id: "x") { ... on Run { ...F0 } } } ${fragments.join(' ')}`);
  const start = performance.now();
  expect(checkScopes(operationSource(schema, document), new Set())).toEqual([]);
  const run = encodeGlobalId('Run', ['t', 'r']);
  const named = parse(`{ node(id: "${run}") { ... on Run { ...F0 } } } ${fragments.join(' ')}`);
  expect(checkScopes(operationSource(schema, named), new Set())).toMatchObject([
    forbidden('Query.node', 'threads:read'),
  ]);
  expect(performance.now() - start).toBeLessThan(1000);
});

test('a field that declares no scope, or an unknown one, does not start', () => {
  const sdl = 'extend type Thread { newest(id: ID!): Run } extend type Query { version: String }';
  const lookUp = { kind: 'lookUp', type: 'Run', argument: 'id', max: 1 };
  const declare = (newest: object, version: object) => () =>
    requireCosts(
      extendedSchema(sdl, { 'Thread.newest': { cost: newest }, 'Query.version': { cost: version } }),
    );
  const scoped = { ...lookUp, scope: 'threads:read' };
  const version = { kind: 'inHand', scope: 'assistants:read' };
  expect(declare(scoped, version)).not.toThrow();
  expect(declare(lookUp, version)).toThrow('Thread.newest must declare its scope');
  expect(declare({ ...lookUp, scope: 'threads' }, version)).toThrow('Thread.newest must declare its scope');
  expect(declare(scoped, { kind: 'inHand' })).toThrow('Query.version must declare its scope');
});

test('each field that leads to an object or writes one says in its description which scope it needs', () => {
  const query = schema.getQueryType()?.getFields();
  expect(query?.threads?.description).toContain('Needs the scope `threads:read`.');
  expect(schema.getMutationType()?.getFields().createAssistantFile?.description).toContain(
    '`assistants:write`',
  );
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  for (const { description } of fields)
    expect(scopes.some((scope) => description?.includes(scope))).toBe(true);
});
