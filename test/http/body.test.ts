import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { connect, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InTransit } from '../../src/server/in-transit.ts';
import { createJsonBodyReader } from '../../src/server/json-body.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn, sendHttp } from '../support/http.ts';
import { recordLog } from '../support/record-log.ts';

const MAX_BODY = 10_000;

let graph: Graph;
const { log, lines: logged } = recordLog('warn');
beforeAll(async () => {
  graph = await startGraph({ MAX_BODY: String(MAX_BODY) }, { log });
});
afterAll(() => graph.close());

const json = { 'content-type': 'application/json' };

/** A JSON body of `length` bytes. */
function bodyOf(length: number): string {
  const bare = JSON.stringify({ query: '{ __typename }#' });
  return JSON.stringify({ query: `{ __typename }#${'x'.repeat(length - bare.length)}` });
}

describe('the length of a body', () => {
  test('may reach the limit, with or without a content-length', async () => {
    const body = bodyOf(MAX_BODY);
    expect(body).toHaveLength(MAX_BODY);
    const whole = await sendHttp(graph.url, { headers: json, body });
    const chunked = await sendHttp(graph.url, {
      headers: json,
      body: [body.slice(0, 5000), body.slice(5000)],
    });
    expect([whole.status, chunked.status]).toEqual([200, 200]);
  });

  test.each([
    ['with content-length', bodyOf(MAX_BODY + 1)],
    ['without content-length', [bodyOf(MAX_BODY + 1).slice(0, 5000), bodyOf(MAX_BODY + 1).slice(5000)]],
    ['far over it, without content-length', Array.from({ length: 500 }, () => 'x'.repeat(MAX_BODY))],
  ])('is rejected with 413 one byte over the limit %s', async (_, body) => {
    const { status, text } = await sendHttp(graph.url, { headers: json, body });
    expect(status).toBe(413);
    expect(errorsIn(text)).toEqual([
      { code: 'BAD_USER_INPUT', message: 'The request body must be at most 10000 bytes long' },
    ]);
  });

  test('is rejected before the body arrives if content-length is over the limit', async () => {
    const { port } = new URL(graph.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 99999\r\n\r\n',
    );
    const [response] = await once(socket, 'data');
    expect(String(response)).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });

  test('a client that disconnects in the middle of its body is not logged as an error', async () => {
    const { port } = new URL(graph.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"qu',
    );
    await once(socket, 'ready');
    socket.destroy();
    await once(socket, 'close');
    expect((await graph.send('{ __typename }')).status).toBe(200);
    expect(logged).toEqual([]);
  });
});

describe('an invalid request', () => {
  test.each([
    ['no JSON', '{"query": "{ __typename }"'],
    ['an empty body', ''],
    ['null', 'null'],
    ['a number', '5'],
    ['a text', '"{ __typename }"'],
    ['no query', '{}'],
    ['a query that is no text', '{"query":5}'],
    ['variables that are a text', '{"query":"{ __typename }","variables":"x"}'],
    ['variables that are a list', '{"query":"{ __typename }","variables":[1]}'],
    ['extensions that are a text', '{"query":"{ __typename }","extensions":"x"}'],
    ['another parameter', '{"query":"{ __typename }","id":"x"}'],
    ['a bare null byte', '{"query":"{ __typename }\u0000"}'],
    ['an escaped null byte', '{"query":"{ __typename }\\u0000"}'],
    ['a query that does not parse', '{"query":"{ __typename"}'],
  ])('is rejected with a code: %s', async (_, body) => {
    const headers = { ...json, accept: 'application/graphql-response+json' };
    const { status, text } = await sendHttp(graph.url, { headers, body });
    expect(status).toBe(400);
    expect(errorsIn(text)).toEqual([
      { code: expect.stringMatching(/^(BAD_USER_INPUT|GRAPHQL_PARSE_FAILED)$/), message: expect.any(String) },
    ]);
  });

  test.each([
    ['application/x-www-form-urlencoded', 'query=%7B__typename%7D'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['text/plain', '{"query":"{ __typename }"}'],
    ['text/plain; charset=application/json', '{"query":"{ __typename }"}'],
    ['application/graphql', '{ __typename }'],
  ])('is rejected with 415 if it has the type %s, which any web page can send', async (type, body) => {
    const { status, text } = await sendHttp(graph.url, { headers: { 'content-type': type }, body });
    expect(status).toBe(415);
    expect(errorsIn(text)).toEqual([
      { code: 'BAD_USER_INPUT', message: 'The content-type must be application/json' },
    ]);
  });

  test('is rejected with 415 if it has no type', async () => {
    const { status } = await sendHttp(graph.url, { body: '{"query":"{ __typename }"}' });
    expect(status).toBe(415);
  });

  test('JSON is accepted with a charset and in any letter case', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    const { status } = await sendHttp(graph.url, { headers, body: '{"query":"{ __typename }"}' });
    expect(status).toBe(200);
  });
});

describe('a list of operations', () => {
  const operation = '{"query":"mutation { createThread { thread { id } } }"}';
  const send = (length: number, accept = '*/*') =>
    sendHttp(graph.url, {
      headers: { ...json, accept },
      body: `[${Array.from({ length }, () => operation).join()}]`,
    });

  test.each(['*/*', 'application/json', 'application/graphql-response+json'])(
    'is refused with a list of errors, one for each operation, if %s is accepted',
    async (accept) => {
      graph.upstream.calls.length = 0;
      const { status, text } = await send(3, accept);
      const message = 'Batching is not supported: send each operation in a request of its own';
      const refused = { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] };
      expect({ status, results: JSON.parse(text) }).toEqual({
        status: 200,
        results: [refused, refused, refused],
      });
      expect(graph.upstream.calls).toEqual([]);
    },
  );

  test.each([0, 101])('is refused with one error if it has %d operations', async (length) => {
    const { status, text } = await send(length);
    expect({ status, errors: errorsIn(text) }).toMatchObject({
      status: 400,
      errors: [{ code: 'BAD_USER_INPUT' }],
    });
  });
});

describe('GET', () => {
  const get = (query: string) =>
    sendHttp(graph.url, { method: 'GET', search: `?query=${encodeURIComponent(query)}` });

  test('takes a query', async () => {
    const { status, text } = await get('{ __typename }');
    expect({ status, data: JSON.parse(text).data }).toEqual({ status: 200, data: { __typename: 'Query' } });
  });

  test.each(['variables', 'extensions'])('rejects %s that are not valid JSON', async (name) => {
    const { status, text } = await sendHttp(graph.url, {
      method: 'GET',
      search: `?query={__typename}&${name}={a`,
    });
    expect(status).toBe(400);
    expect(errorsIn(text)).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });

  test('refuses a mutation, and nothing is sent', async () => {
    graph.upstream.calls.length = 0;
    const { status, text, headers } = await get('mutation { createThread { thread { id } } }');
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'POST' });
    expect(errorsIn(text)).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    expect(graph.upstream.calls).toEqual([]);
  });

  test.each(['PUT', 'DELETE', 'PATCH'])('%s is rejected with 405', async (method) => {
    const { status } = await sendHttp(graph.url, {
      method,
      headers: json,
      body: '{"query":"{ __typename }"}',
    });
    expect(status).toBe(405);
  });
});

test('a client that left before its body is read is not waited for', async () => {
  const request = new IncomingMessage(new Socket());
  await once(request.destroy(), 'close');
  const read = createJsonBodyReader(MAX_BODY, new InTransit(MAX_BODY));
  expect(await read(request, new ServerResponse(request))).toBeUndefined();
});
