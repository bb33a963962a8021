/** AUTH=passthrough, and tokens that name an upstream key: nothing of one client reaches another. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../events/support/raw-socket.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { recordLog } from '../support/record-log.ts';
import { callRest, createWaitingRun } from '../support/world.ts';
import { bearer, type Headers, transports } from './support/clients.ts';
import { type Issuer, settingsFor, startIssuer } from './support/issuer.ts';

const ANNA = 'key';
const BERTA = 'key-of-berta';

const { log, lines } = recordLog();

/** A server, and what its clients send. Both have their own key for the same upstream. */
interface Setup {
  readonly graph: Graph;
  readonly anna: Headers;
  readonly berta: Headers;
}

const setups = new Map<string, Setup>();
let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
  const noKey = { UPSTREAM_API_KEY: '' };
  setups.set('passthrough', {
    graph: await startGraph({ AUTH: 'passthrough', ...noKey }, { log }),
    anna: bearer(ANNA),
    berta: bearer(BERTA),
  });
  const keys = { JWT_UPSTREAM_KEY_CLAIM: 'org', UPSTREAM_KEYS: `a=${ANNA}, b=${BERTA}` };
  setups.set('jwt', {
    graph: await startGraph(settingsFor(issuer, { ...noKey, ...keys }), { log }),
    // The same subject: what differs is the key.
    anna: bearer(await issuer.token({ org: 'a' })),
    berta: bearer(await issuer.token({ org: 'b' })),
  });
});
afterAll(async () => {
  for (const { graph } of setups.values()) await graph.close();
  await issuer.close();
});

function setup(name: string): Setup {
  const found = setups.get(name);
  if (found === undefined) throw new Error(`There is no setup ${name}`);
  return found;
}

const modes = ['passthrough', 'jwt'];
const inEachWay = modes.flatMap((mode) => transports.map(([name, send]) => [mode, name, send] as const));

async function waitingRun({ graph }: Setup) {
  const tools = [{ type: 'function', function: { name: 'alpha' } }];
  const assistant = await callRest(graph.localUrl, '/assistants', { model: 'offline', tools });
  const { thread_id: threadId, id } = await createWaitingRun(graph.localUrl, assistant.id);
  return { threadId, id: `${threadId}/${id}` };
}

test.each(inEachWay)('with %s over %s, the upstream gets the key of the client', async (mode, _, send) => {
  const { graph, anna, berta } = setup(mode);
  const { threadId } = await waitingRun(setup(mode));
  const query = '{ thread(id: $id) { createdAt } }'.replace('$id', JSON.stringify(threadId));
  const before = graph.upstream.calls.length;
  expect((await send(graph.url, anna, query)).data).toMatchObject({
    thread: { createdAt: expect.any(String) },
  });
  const stolen = await send(graph.url, berta, query);
  expect(stolen).toMatchObject({ data: { thread: null }, errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  const keys = graph.upstream.calls.slice(before).map(({ headers }) => headers.authorization);
  expect(keys).toEqual([`Bearer ${ANNA}`, `Bearer ${BERTA}`]);
});

test.each(modes)('with %s, clients do not share a read that is under way', async (mode) => {
  const { graph, anna, berta } = setup(mode);
  const { threadId } = await waitingRun(setup(mode));
  const query = 'query ($id: ID!) { thread(id: $id) { createdAt } }';
  const held = hold(graph, () => true);
  const results = [anna, anna, berta].map((headers) => graph.send(query, { id: threadId }, { ...headers }));
  await held.arrived(2);
  held.release();
  const [first, second, stolen] = await Promise.all(results);
  expect(held.count).toBe(2);
  expect(second?.data).toEqual(first?.data);
  expect(first?.data).toMatchObject({ thread: { createdAt: expect.any(String) } });
  expect(stolen).toMatchObject({ data: { thread: null }, errors: [{ extensions: { code: 'NOT_FOUND' } }] });
});

test.each(modes)('with %s, no client joins the watched run of another, or reads its log', async (mode) => {
  const { graph, anna, berta } = setup(mode);
  const { id } = await waitingRun(setup(mode));
  const owner = await connect(graph.url, anna);
  const status = 'subscription ($id: ID!) { runStatus(id: $id) { status } }';
  const events = 'subscription ($id: ID!, $after: String) { runEvents(id: $id, after: $after) { cursor } }';
  owner.subscribe('status', status, { id });
  expect(await owner.next()).toMatchObject({
    payload: { data: { runStatus: { status: 'REQUIRES_ACTION' } } },
  });
  owner.subscribe('events', events, { id });
  const { payload } = await owner.next();
  const { cursor: after } = Object(payload).data.runEvents;
  expect(after).toEqual(expect.any(String));

  const thief = await connect(graph.url, berta);
  for (const [query, variables] of [
    [status, { id }],
    [events, { id }],
    [events, { id, after }],
  ] as const) {
    thief.subscribe('1', query, variables);
    const stolen = await thief.next();
    expect(stolen.payload).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    expect(await thief.next()).toMatchObject({ type: 'complete' });
  }
});

test.each(modes)('with %s, the cursor of a list of another client leads nowhere', async (mode) => {
  const { graph, anna, berta } = setup(mode);
  for (const name of ['one', 'two', 'three']) {
    await callRest(graph.localUrl, '/assistants', { model: 'offline', name });
  }
  const query =
    'query ($after: String) { assistants(first: 1, after: $after) { nodes { name } pageInfo { endCursor } } }';
  const mine = await graph.send<{ assistants: { pageInfo: { endCursor: string } } }, object>(
    query,
    {},
    { ...anna },
  );
  const stolen = await graph.send(query, { after: mine.data?.assistants.pageInfo.endCursor }, { ...berta });
  expect(stolen).toMatchObject({
    data: { assistants: null },
    errors: [{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }],
  });
});

test.each(modes)('with %s, a client that is held back by a rate limit holds back no other', async (mode) => {
  const { graph, anna, berta } = setup(mode);
  const query = '{ assistants(first: 1) { nodes { id } } }';
  graph.upstream.intercept = ({ headers }, response) => {
    if (headers.authorization !== `Bearer ${BERTA}`) return false;
    response.writeHead(429, { 'retry-after': '3600' }).end('{}');
    return true;
  };
  expect((await graph.send(query, {}, { ...berta })).errors).toMatchObject([
    { extensions: { code: 'RATE_LIMITED' } },
  ]);
  const before = graph.upstream.calls.length;
  expect((await graph.send(query, {}, { ...berta })).errors).toMatchObject([
    { extensions: { code: 'RATE_LIMITED' } },
  ]);
  expect(graph.upstream.calls).toHaveLength(before);
  expect((await graph.send(query, {}, { ...anna })).errors).toEqual([]);
  graph.upstream.intercept = undefined;
});

test('the organization of a client goes upstream, and is part of who it is', async () => {
  const { graph, anna } = setup('passthrough');
  const query = '{ assistants(first: 1) { nodes { id } } }';
  const held = hold(graph, () => true);
  const results = ['one', 'two'].map((organization) =>
    graph.send(query, {}, { ...anna, 'openai-organization': organization }),
  );
  await held.arrived(2);
  held.release();
  await Promise.all(results);
  const sent = graph.upstream.calls.slice(-2).map(({ headers }) => headers['openai-organization']);
  expect(sent.sort()).toEqual(['one', 'two']);
  const tooLong = await graph.send(query, {}, { ...anna, 'openai-organization': 'x'.repeat(201) });
  expect(tooLong).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('a key that the upstream rejects is reported with its code, and not repeated', async () => {
  const { graph } = setup('passthrough');
  graph.upstream.intercept = ({ headers }, response) => {
    const message = `Incorrect API key provided: ${headers.authorization?.slice(7)}`;
    response.writeHead(401).end(JSON.stringify({ error: { message, type: 'invalid_request_error' } }));
    return true;
  };
  const headers = { authorization: 'Bearer wrong-key-of-nobody' };
  const { errors } = await graph.send('{ assistants { nodes { id } } }', {}, headers);
  graph.upstream.intercept = undefined;
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', upstream: { status: 401 } } }]);
  expect(JSON.stringify(errors)).not.toContain('wrong-key');
});

test('keys and tokens are not in the log', () => {
  const logged = lines.join('');
  expect(logged).not.toContain(BERTA);
  expect(logged).not.toMatch(/wrong-key|eyJ/);
});
