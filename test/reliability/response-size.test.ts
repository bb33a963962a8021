/** How large a response of the upstream may be, in bytes and in values. */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ERROR_LIMITS, RESPONSE_LIMITS } from '../../src/rest/response-text.ts';
import { createScript } from '../runs/support/script.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { json, message, padded, sendChunked } from './support/messages.ts';
import { codesOf } from './support/reads.ts';

let graph: Graph;
beforeEach(async () => {
  graph = await startGraph();
});
afterEach(async () => {
  // Whatever happened, an operation that has ended holds nothing.
  expect(graph.transport.traffic.counts()).toEqual({ connections: 0, bytes: 0, waiting: 0 });
  await graph.close();
});

const read = '{ thread(id: "thread_1") { message(id: "msg_1") { restId role } } }';
const one = (text: string) => JSON.stringify(message('msg_1', text));

test.each([
  [
    'with a content-length',
    (response: ServerResponse, body: string) => response.writeHead(200, json).end(body),
  ],
  ['without one', sendChunked],
])('an object may have 8 MiB, and not one byte more: %s', async (_, send) => {
  for (const [bytes, codes] of [
    [RESPONSE_LIMITS.bytes, {}],
    [RESPONSE_LIMITS.bytes + 1, { UPSTREAM_ERROR: 1 }],
  ] as const) {
    const body = padded(bytes, one);
    graph.upstream.intercept = (_call, response) => {
      send(response, body);
      return true;
    };
    const { errors } = await graph.send(read);
    expect(codesOf(errors)).toEqual(codes);
    if (errors.length > 0) expect(errors[0]?.message).toContain(String(RESPONSE_LIMITS.bytes));
  }
  expect(graph.upstream.calls).toHaveLength(2);
});

test('an object may have 50,000 values, and not one more', async () => {
  const withValues = (count: number) => {
    const text = 'commas, {braces}, [brackets] and a quote", too, do not count';
    const body = JSON.stringify({ ...message('msg_1', text), more: ['HERE'] });
    const others = body.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').match(/[,{[]/g)?.length ?? 0;
    return body.replace('"HERE"', `0${' ,0'.repeat(count - others)}`);
  };
  for (const [count, codes] of [
    [RESPONSE_LIMITS.values, {}],
    [RESPONSE_LIMITS.values + 1, { UPSTREAM_ERROR: 1 }],
  ] as const) {
    graph.upstream.intercept = (_, response) => Boolean(response.writeHead(200, json).end(withValues(count)));
    const { errors } = await graph.send(read);
    expect(codesOf(errors)).toEqual(codes);
  }
});

const refusal = (text: string) => JSON.stringify({ error: { message: 'Not allowed.', details: text } });
const run =
  'mutation { createRun(input: { threadId: "thread_1", assistantId: "asst_1" }) { run { restId } } }';

test.each([
  ['read', read],
  ['run that would be streamed', run],
])('an error response to a %s may have 64 KiB, and past them only its status counts', async (_, document) => {
  for (const [bytes, message] of [
    [ERROR_LIMITS.bytes, 'Not allowed.'],
    [ERROR_LIMITS.bytes + 1, 'The upstream responded with status 403'],
  ] as const) {
    graph.upstream.intercept = (_call, response) =>
      Boolean(response.writeHead(403, json).end(padded(bytes, refusal)));
    const { errors } = await graph.send(document);
    expect(errors).toMatchObject([{ message, extensions: { code: 'FORBIDDEN' } }]);
  }
});

test('a run that is not streamed may have 8 MiB, and with one byte more its outcome is unknown', async () => {
  const started = { ...createScript('thread_1', 'run_1').run, status: 'completed' };
  const withInstructions = (instructions: string) => JSON.stringify({ ...started, instructions });
  for (const [bytes, codes] of [
    [RESPONSE_LIMITS.bytes, {}],
    [RESPONSE_LIMITS.bytes + 1, { OUTCOME_UNKNOWN: 1 }],
  ] as const) {
    graph.upstream.intercept = (_, response) =>
      Boolean(response.writeHead(200, json).end(padded(bytes, withInstructions)));
    expect(codesOf((await graph.send(run)).errors)).toEqual(codes);
  }
});

test('text is read wherever its UTF-8 is cut', async () => {
  const text = `\u{1F600}é漢"\\\n`.repeat(10_000);
  const body = Buffer.from(JSON.stringify(message('msg_1', text)));
  graph.upstream.intercept = (_, response) => {
    response.writeHead(200, json);
    for (let start = 0; start < body.length; start += 1009)
      response.write(body.subarray(start, start + 1009));
    response.end();
    return true;
  };
  const { data } = await graph.send<{ thread: { message: { text: string } } }, object>(
    '{ thread(id: "thread_1") { message(id: "msg_1") { text } } }',
  );
  expect(data?.thread.message.text).toBe(text);
});
