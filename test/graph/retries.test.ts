import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, type GraphError, startGraph } from '../support/graph.ts';
import { callRest } from '../support/world.ts';

let graph: Graph;
let threadId: string;
beforeAll(async () => {
  graph = await startGraph();
  threadId = (await callRest(graph.localUrl, '/threads', {})).id;
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

type Respond = (response: ServerResponse) => unknown;

const error = { message: 'Not now.', type: 'some_type', code: 'some_code', param: 'some_param' };

function refuse(status: number, headers: Record<string, string> = {}): Respond {
  return (response) =>
    response.writeHead(status, { 'x-request-id': 'req_1', ...headers }).end(JSON.stringify({ error }));
}

const breakOff: Respond = (response) => response.destroy();

const write = 'mutation { createThread { thread { id } } }';
const read = () => `{ thread(id: "${threadId}") { createdAt } }`;

/** Sends a query that fails `times` times before the upstream recovers. */
async function sendInto(query: string, respond: Respond, times: number) {
  let left = times;
  graph.upstream.intercept = (_, response) => {
    if (left-- <= 0) return false;
    respond(response);
    return true;
  };
  graph.upstream.calls.length = 0;
  const { errors } = await graph.send<unknown, object>(query);
  return { errors, codes: codesOf(errors), sent: graph.upstream.calls.length };
}

function codesOf(errors: readonly GraphError[]): string[] {
  return errors.map(({ extensions }) => extensions.code);
}

describe('a write', () => {
  test.each([
    ['429', refuse(429)],
    ['429 with retry-after', refuse(429, { 'retry-after-ms': '5' })],
    [
      '429 with a retry-after that has passed',
      refuse(429, { 'retry-after': 'Wed, 15 Nov 2023 08:00:00 GMT' }),
    ],
    ['429 with a retry-after-ms that never comes', refuse(429, { 'retry-after-ms': '1e999' })],
    ['503 with retry-after', refuse(503, { 'retry-after': '0' })],
  ])('is retried if it was not accepted: %s', async (_, respond) => {
    expect(await sendInto(write, respond, 1)).toMatchObject({ codes: [], sent: 2 });
  });

  test.each([
    ['503 without retry-after', refuse(503), 'UPSTREAM_UNAVAILABLE'],
    ['500', refuse(500), 'UPSTREAM_ERROR'],
    ['502', refuse(502), 'UPSTREAM_UNAVAILABLE'],
    ['504', refuse(504), 'UPSTREAM_TIMEOUT'],
    ['a connection that breaks off', breakOff, 'UPSTREAM_UNAVAILABLE'],
    ['a malformed response', (response: ServerResponse) => response.end('{}'), 'UPSTREAM_ERROR'],
  ])('is sent once if its outcome is unknown: %s', async (_, respond, cause) => {
    const { codes, sent, errors } = await sendInto(write, respond, 1);
    expect({ codes, sent }).toEqual({ codes: ['OUTCOME_UNKNOWN'], sent: 1 });
    expect(errors[0]?.extensions.cause).toBe(cause);
  });

  test('reports the upstream response if its outcome is unknown', async () => {
    const { errors } = await sendInto(write, refuse(500), 1);
    expect(errors[0]).toMatchObject({
      message: 'The request was sent, but its outcome is unknown: check before sending it again',
      path: ['createThread'],
      extensions: { upstream: { status: 500, type: 'some_type', requestId: 'req_1' } },
    });
  });

  test('that is never accepted fails, and was certainly not carried out', async () => {
    const { codes, sent } = await sendInto(write, refuse(429), 10);
    expect({ codes, sent }).toEqual({ codes: ['RATE_LIMITED'], sent: 4 });
  });

  test('to an upstream that is not listening was certainly not carried out', async () => {
    const deserted = await startGraph();
    await deserted.upstream.close();
    expect(codesOf((await deserted.send(write)).errors)).toEqual(['UPSTREAM_UNAVAILABLE']);
    await deserted.close();
  });
});

describe('a read', () => {
  test.each([
    ['429', refuse(429)],
    ['500', refuse(500)],
    ['502', refuse(502)],
    ['503', refuse(503)],
    ['504', refuse(504)],
    ['a connection that breaks off', breakOff],
  ])('is retried after a temporary failure: %s', async (_, respond) => {
    expect(await sendInto(read(), respond, 2)).toMatchObject({ codes: [], sent: 3 });
  });

  test.each([
    ['429', refuse(429), 'RATE_LIMITED'],
    ['500', refuse(500), 'UPSTREAM_ERROR'],
    ['502', refuse(502), 'UPSTREAM_UNAVAILABLE'],
    ['504', refuse(504), 'UPSTREAM_TIMEOUT'],
    ['a connection that breaks off', breakOff, 'UPSTREAM_UNAVAILABLE'],
  ])('fails after the last retry: %s', async (_, respond, code) => {
    expect(await sendInto(read(), respond, 10)).toMatchObject({ codes: [code], sent: 4 });
  });
});

describe.each([
  ['a read', read],
  ['a write', () => write],
])('%s that is refused', (_, query) => {
  test.each([
    [400, 'BAD_USER_INPUT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [409, 'CONFLICT'],
    [413, 'BAD_USER_INPUT'],
    [422, 'BAD_USER_INPUT'],
    [418, 'UPSTREAM_ERROR'],
  ])('is not retried after status %i, and reports it', async (status, code) => {
    const { errors, sent } = await sendInto(query(), refuse(status), 10);
    expect(sent).toBe(1);
    expect(errors).toMatchObject([
      {
        message: 'Not now.',
        extensions: {
          code,
          upstream: {
            status,
            type: 'some_type',
            code: 'some_code',
            param: 'some_param',
            requestId: 'req_1',
          },
        },
      },
    ]);
  });
});

test('a write that is not sent before the deadline reports that it was not carried out', async () => {
  const hasty = await startGraph({ UPSTREAM_TIMEOUT_MS: '500' });
  hasty.upstream.intercept = () => true;
  const { errors } = await hasty.send(
    'mutation { a: createThread { thread { id } } b: createThread { thread { id } } }',
  );
  expect(errors.map(({ path, extensions }) => [path?.[0], extensions.code])).toEqual([
    ['a', 'OUTCOME_UNKNOWN'],
    ['b', 'UPSTREAM_TIMEOUT'],
  ]);
  expect(hasty.upstream.calls).toHaveLength(1);
  await hasty.close();
});

test('the deadline ends a pause between retries, and the failure before it is reported', async () => {
  const hasty = await startGraph({ UPSTREAM_TIMEOUT_MS: '500' });
  hasty.upstream.intercept = (_, response) => Boolean(refuse(503, { 'retry-after': '9' })(response));
  expect(codesOf((await hasty.send(read())).errors)).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect(codesOf((await hasty.send(write)).errors)).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect(hasty.upstream.calls).toHaveLength(2);
  await hasty.close();
});
