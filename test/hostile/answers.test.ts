import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type OperationName, operations } from '../../src/rest/operations.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { askings } from './askings.ts';
import { samples, type Wire } from './samples.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

/** Nobody but upstream knows it, so that wherever it turns up an answer of upstream has got through. */
const SECRET = 'planted-secret';
const html = `<html><body>${SECRET}</body></html>`;
const errorBody = JSON.stringify({ error: { message: SECRET, type: 'server_error', code: null } });

interface Trouble {
  readonly name: string;
  readonly respond: (response: ServerResponse) => unknown;
  /** The code of a read that meets it, and how often it was tried. */
  readonly read: readonly [code: string, tries: number];
}

const noAnswer = ['UPSTREAM_ERROR', 1] as const;
const passing = ['UPSTREAM_UNAVAILABLE', 4] as const;

const json = (body: string) => (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);

const troubles: readonly Trouble[] = [
  { name: 'an empty body', respond: json(''), read: noAnswer },
  { name: 'null', respond: json('null'), read: noAnswer },
  { name: 'a number', respond: json('5'), read: noAnswer },
  { name: 'a text', respond: json(`"${SECRET}"`), read: noAnswer },
  { name: 'a list', respond: json('[]'), read: noAnswer },
  { name: 'an empty object', respond: json('{}'), read: noAnswer },
  { name: 'half of an object', respond: json(`{"id": "${SECRET}`), read: noAnswer },
  { name: 'lists in lists without end', respond: json('['.repeat(100_000)), read: noAnswer },
  { name: 'an error, and status 200', respond: json(errorBody), read: noAnswer },
  {
    name: 'a page for people, and status 200',
    respond: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html),
    read: noAnswer,
  },
  {
    name: 'a page for people, and status 502',
    respond: (response) => response.writeHead(502, { 'content-type': 'text/html' }).end(html),
    read: passing,
  },
  {
    name: 'status 500 and its insides',
    respond: (response) => response.writeHead(500).end(errorBody),
    read: ['UPSTREAM_ERROR', 4],
  },
  { name: 'status 204', respond: (response) => response.writeHead(204).end(), read: noAnswer },
  {
    name: 'a redirect',
    respond: (response) => response.writeHead(302, { location: `http://127.0.0.1:1/${SECRET}` }).end(),
    read: noAnswer,
  },
  {
    name: 'half a body, and then nothing',
    respond: (response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"id": "', () => response.destroy());
    },
    read: passing,
  },
  { name: 'a closed connection', respond: (response) => response.destroy(), read: passing },
  {
    name: 'what is no HTTP',
    respond: (response) => response.socket?.end(`${SECRET}\r\n\r\n`),
    read: passing,
  },
];

const names = Object.keys(askings) as OperationName[];

/** Asks everything at once: of what is lost nobody may notice but who asked for it. */
async function askAll(asked: readonly OperationName[]) {
  graph.upstream.calls.length = 0;
  return Promise.all(
    asked.map(async (name) => {
      const { query, at } = askings[name];
      const { data, errors } = await graph.send<Record<string, unknown>, object>(query);
      return {
        name,
        typename: data?.__typename,
        value: at.reduce<unknown>((value, key) => Object(value)[key] ?? null, data),
        codes: errors.map(({ extensions }) => extensions.code),
        text: JSON.stringify(errors),
        calls: graph.upstream.calls.filter((call) => call.operation === name).length,
      };
    }),
  );
}

describe.each(troubles)('upstream answers with $name', ({ respond, read }) => {
  test('each operation loses its own field, says so once, and no write is sent twice', async () => {
    graph.upstream.intercept = (_, response) => {
      respond(response);
      return true;
    };
    for (const { name, text, ...answer } of await askAll(names)) {
      const isRead = operations[name].method === 'GET';
      expect({ name, ...answer }).toEqual({
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

describe('upstream answers about something else', () => {
  /** The same object with other ids all over. */
  function other(sample: Wire): Wire {
    const entries = Object.entries(sample).map(([key, value]) => [
      key,
      key === 'id' || (key.endsWith('_id') && value !== null) ? `other_${value}` : value,
    ]);
    return Object.fromEntries(entries);
  }

  const ofKind = (...kinds: string[]) =>
    names.filter((name) => kinds.includes(operations[name].kind) && operations[name].idNames.length > 0);

  test.each(ofKind('get', 'modify', 'act', 'create'))(
    '%s takes no other object for the one it asked for',
    async (name) => {
      const [code] = operations[name].method === 'GET' ? ['UPSTREAM_ERROR'] : ['OUTCOME_UNKNOWN'];
      const sample = samples[askings[name].type];
      graph.upstream.intercept = (_, response) => Boolean(json(JSON.stringify(other(sample)))(response));
      expect(await askAll([name])).toMatchObject([{ value: null, codes: [code] }]);
    },
  );

  test.each(ofKind('list'))(
    '%s shows no object that belongs elsewhere, and goes on behind it',
    async (name) => {
      const sample = samples[askings[name].type];
      const page = {
        data: [{ ...sample, id: 'first' }, other(sample), { ...sample, id: 'last' }],
        has_more: false,
      };
      graph.upstream.intercept = (_, response) => Boolean(json(JSON.stringify(page))(response));
      expect(await askAll([name])).toMatchObject([
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
    },
  );

  test.each(ofKind('delete'))('%s does not take the deletion of another for its own', async (name) => {
    graph.upstream.intercept = (_, response) => Boolean(json('{"id":"other","deleted":true}')(response));
    expect(await askAll([name])).toMatchObject([{ value: null, codes: ['OUTCOME_UNKNOWN'] }]);
  });

  test.each(ofKind('delete'))('%s says that nothing was deleted where upstream says so', async (name) => {
    const id = samples[askings[name].type].id;
    graph.upstream.intercept = (_, response) =>
      Boolean(json(JSON.stringify({ id, deleted: false }))(response));
    expect(await askAll([name])).toMatchObject([{ value: null, codes: ['UPSTREAM_ERROR'] }]);
  });
});

describe('upstream never answers', () => {
  let hasty: Graph;
  beforeAll(async () => {
    hasty = await startGraph({ UPSTREAM_TIMEOUT_MS: '1000' });
  });
  afterAll(() => hasty.close());

  test.each([
    ['not at all', () => undefined],
    ['but with a head', (response: ServerResponse) => response.writeHead(200).write('{')],
  ])('%s: every operation ends at its deadline', async (_, respond) => {
    hasty.upstream.intercept = (_call, response) => {
      respond(response);
      return true;
    };
    const results = await Promise.all(
      names.map(async (name) => ({ name, ...(await hasty.send(askings[name].query)) })),
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

test('where not even the lists are found, the fault is with the address of the upstream', async () => {
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(404).end(html));
  const read = await graph.send('{ assistants { nodes { id } } }');
  const write = await graph.send('mutation { createThread { thread { id } } }');
  for (const { errors } of [read, write]) {
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR', upstream: { status: 404 } } }]);
    expect(errors[0]?.message).toContain('UPSTREAM_URL');
  }
});
