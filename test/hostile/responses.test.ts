import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type OperationName, operations } from '../../src/rest/operations.ts';
import { withReadableCursors } from '../support/cursors.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { operationQueries } from './operation-queries.ts';
import { samples, type Wire } from './samples.ts';

const NEVER_OPEN = { connections: { circuit: { failures: Number.POSITIVE_INFINITY } } };

let graph: Graph;
beforeAll(async () => {
  // It answers each operation in the same way, however many have failed before.
  graph = await startGraph({}, NEVER_OPEN);
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

/** Only upstream sends this: where it appears, a part of an upstream response has leaked. */
const SECRET = 'planted-secret';
const html = `<html><body>${SECRET}</body></html>`;
const errorBody = JSON.stringify({ error: { message: SECRET, type: 'server_error', code: null } });

interface BadResponse {
  readonly name: string;
  readonly respond: (response: ServerResponse) => unknown;
  /** The error code of a read, and how often it is sent. */
  readonly read: readonly [code: string, attempts: number];
}

const malformed = ['UPSTREAM_ERROR', 1] as const;
const unavailable = ['UPSTREAM_UNAVAILABLE', 4] as const;

const json = (body: string) => (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);

const badResponses: readonly BadResponse[] = [
  { name: 'an empty body', respond: json(''), read: malformed },
  { name: 'null', respond: json('null'), read: malformed },
  { name: 'a number', respond: json('5'), read: malformed },
  { name: 'a string', respond: json(`"${SECRET}"`), read: malformed },
  { name: 'a list', respond: json('[]'), read: malformed },
  { name: 'an empty object', respond: json('{}'), read: malformed },
  { name: 'half an object', respond: json(`{"id": "${SECRET}`), read: malformed },
  { name: 'JSON nested 40,000 levels deep', respond: json('['.repeat(40_000)), read: malformed },
  { name: 'an error with status 200', respond: json(errorBody), read: malformed },
  {
    name: 'an HTML page with status 200',
    respond: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html),
    read: malformed,
  },
  {
    name: 'an HTML page with status 502',
    respond: (response) => response.writeHead(502, { 'content-type': 'text/html' }).end(html),
    read: unavailable,
  },
  {
    name: 'an error with status 500',
    respond: (response) => response.writeHead(500).end(errorBody),
    read: ['UPSTREAM_ERROR', 4],
  },
  { name: 'status 204', respond: (response) => response.writeHead(204).end(), read: malformed },
  {
    name: 'a redirect',
    respond: (response) => response.writeHead(302, { location: `http://127.0.0.1:1/${SECRET}` }).end(),
    read: malformed,
  },
  {
    name: 'half a body and a closed connection',
    respond: (response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"id": "', () => response.destroy());
    },
    read: unavailable,
  },
  { name: 'a closed connection', respond: (response) => response.destroy(), read: unavailable },
  {
    name: 'something other than HTTP',
    respond: (response) => response.socket?.end(`${SECRET}\r\n\r\n`),
    read: unavailable,
  },
];

const names = Object.keys(operationQueries) as OperationName[];

/** Sends all operations at once: a failure may only affect its own operation. */
async function sendAll(sent: readonly OperationName[]) {
  graph.upstream.calls.length = 0;
  return Promise.all(
    sent.map(async (name) => {
      const { query, path } = operationQueries[name];
      const { data, errors } = await graph.send<Record<string, unknown>, object>(query);
      return {
        name,
        typename: data?.__typename,
        value: path.reduce<unknown>((value, key) => Object(value)[key] ?? null, withReadableCursors(data)),
        codes: errors.map(({ extensions }) => extensions.code),
        text: JSON.stringify(errors),
        calls: graph.upstream.calls.filter((call) => call.operation === name).length,
      };
    }),
  );
}

describe.each(badResponses)('upstream responds with $name', ({ respond, read }) => {
  test('each operation reports one error at its own field, and no write is sent twice', async () => {
    graph.upstream.intercept = (_, response) => {
      respond(response);
      return true;
    };
    for (const { name, text, ...result } of await sendAll(names)) {
      const isRead = operations[name].method === 'GET';
      expect({ name, ...result }).toEqual({
        name,
        typename: isRead ? 'Query' : 'Mutation',
        value: null,
        codes: [isRead ? read[0] : 'OUTCOME_UNKNOWN'],
        calls: isRead ? read[1] : 1,
      });
      expect(text).not.toContain(SECRET);
    }
  });
});

describe('upstream responds with a different object', () => {
  /** The same object with different ids in all its fields. */
  function other(sample: Wire): Wire {
    const entries = Object.entries(sample).map(([key, value]) => [
      key,
      key === 'id' || (key.endsWith('_id') && value !== null) ? `other_${value}` : value,
    ]);
    return Object.fromEntries(entries);
  }

  const ofKind = (...kinds: string[]) =>
    names.filter((name) => kinds.includes(operations[name].kind) && operations[name].idNames.length > 0);

  test.each(ofKind('get', 'modify', 'act', 'create'))('%s rejects the object', async (name) => {
    const [code] = operations[name].method === 'GET' ? ['UPSTREAM_ERROR'] : ['OUTCOME_UNKNOWN'];
    const sample = samples[operationQueries[name].type];
    graph.upstream.intercept = (_, response) => Boolean(json(JSON.stringify(other(sample)))(response));
    expect(await sendAll([name])).toMatchObject([{ value: null, codes: [code] }]);
  });

  test.each(ofKind('list'))('%s leaves out the object and keeps the items around it', async (name) => {
    const sample = samples[operationQueries[name].type];
    const page = {
      data: [{ ...sample, id: 'first' }, other(sample), { ...sample, id: 'last' }],
      has_more: false,
    };
    graph.upstream.intercept = (_, response) => Boolean(json(JSON.stringify(page))(response));
    expect(await sendAll([name])).toMatchObject([
      {
        codes: ['UPSTREAM_ERROR'],
        value: {
          edges: [
            { cursor: 'first', node: { restId: 'first' } },
            { cursor: `other_${sample.id}`, node: null },
            { cursor: 'last', node: { restId: 'last' } },
          ],
        },
      },
    ]);
  });

  test.each(ofKind('delete'))(
    '%s does not report the deletion of a different object as its own',
    async (name) => {
      graph.upstream.intercept = (_, response) => Boolean(json('{"id":"other","deleted":true}')(response));
      expect(await sendAll([name])).toMatchObject([{ value: null, codes: ['OUTCOME_UNKNOWN'] }]);
    },
  );

  test.each(ofKind('delete'))('%s fails if upstream says that nothing was deleted', async (name) => {
    const id = samples[operationQueries[name].type].id;
    graph.upstream.intercept = (_, response) =>
      Boolean(json(JSON.stringify({ id, deleted: false }))(response));
    expect(await sendAll([name])).toMatchObject([{ value: null, codes: ['UPSTREAM_ERROR'] }]);
  });
});

describe('upstream sends no response', () => {
  let impatient: Graph;
  beforeAll(async () => {
    impatient = await startGraph({ UPSTREAM_TIMEOUT_MS: '1000' }, NEVER_OPEN);
  });
  afterAll(() => impatient.close());

  test.each([
    ['nothing', () => undefined],
    ['only the head', (response: ServerResponse) => response.writeHead(200).write('{')],
  ])('%s is sent: every operation ends at its deadline', async (_, respond) => {
    impatient.upstream.intercept = (_call, response) => {
      respond(response);
      return true;
    };
    const results = await Promise.all(
      names.map(async (name) => ({ name, ...(await impatient.send(operationQueries[name].query)) })),
    );
    for (const { name, errors } of results) {
      const code = operations[name].method === 'GET' ? 'UPSTREAM_TIMEOUT' : 'OUTCOME_UNKNOWN';
      expect({ name, codes: errors.map(({ extensions }) => extensions.code) }).toEqual({
        name,
        codes: [code],
      });
    }
  });
});

test('a 404 for an operation without ids names UPSTREAM_URL', async () => {
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(404).end(html));
  const read = await graph.send('{ assistants { nodes { id } } }');
  const write = await graph.send('mutation { createThread { thread { id } } }');
  for (const { errors } of [read, write]) {
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR', upstream: { status: 404 } } }]);
    expect(errors[0]?.message).toContain('UPSTREAM_URL');
  }
});
