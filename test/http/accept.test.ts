import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn, postOperation } from '../support/http.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

const send = (accept: string, body: object) => postOperation(graph.url, body, { accept });

test.each(['text/plain', 'image/png', 'application/json;charset=latin1'])(
  'an operation whose response must be %s is refused before it is executed',
  async (accept) => {
    const query = 'mutation { createThread(input: {}) { thread { id } } }';
    const { status, text } = await send(accept, { query });
    expect({ status, errors: errorsIn(text) }).toEqual({
      status: 406,
      errors: [
        { code: 'BAD_USER_INPUT', message: expect.stringMatching(/^The accept header must allow .*json/) },
      ],
    });
    expect(graph.upstream.calls).toEqual([]);
  },
);

test.each([
  ['text/plain, */*', 'application/json; charset=utf-8'],
  ['*/json', 'application/json; charset=utf-8'],
  ['text/event-stream, application/json', 'application/json; charset=utf-8'],
  ['text/*', 'text/event-stream'],
  ['multipart/mixed', 'multipart/mixed; boundary="-"'],
])('a client that accepts %s gets %s', async (accept, type) => {
  const { status, headers, text } = await send(accept, { query: '{ __typename }' });
  expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type });
  expect(text).toContain('{"data":{"__typename":"Query"}}');
});
