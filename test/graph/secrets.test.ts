import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { recordLog } from '../support/record-log.ts';

/** None of these may reach a client or the log. */
const KEY = 'planted-upstream-key';
const ORGANISATION = 'planted-organisation';
const INSIDES = 'planted-insides';
const planted = /planted/;

let graph: Graph;
const { log, lines: logged, entries } = recordLog<{ level: number; err: unknown }>('trace');

beforeAll(async () => {
  graph = await startGraph({ UPSTREAM_API_KEY: KEY, UPSTREAM_ORGANIZATION: ORGANISATION }, { log });
});
beforeEach(() => {
  logged.length = 0;
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

async function responseTo(query: string): Promise<string> {
  const response = await fetch(graph.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer planted-client-key' },
    body: JSON.stringify({ query }),
  });
  return `${JSON.stringify([...response.headers])} ${await response.text()}`;
}

const read = '{ thread(id: "thread_1") { createdAt } }';
const write = 'mutation { createThread { thread { id } } }';

type Respond = (response: ServerResponse) => unknown;

const fail =
  (status: number, message: string): Respond =>
  (response) =>
    response
      .writeHead(status, { 'set-cookie': INSIDES, 'x-insides': INSIDES })
      .end(JSON.stringify({ error: { message, type: 'some_type', code: null }, stack: INSIDES }));

describe('no key, header, body or stack trace from the upstream reaches a client or the log', () => {
  test.each<[string, Respond]>([
    ['a refusal that quotes the key', fail(401, `Incorrect API key provided: ${KEY}.`)],
    ['a refusal that quotes the header', fail(401, `Cannot read 'Bearer ${KEY}'`)],
    ['a refusal that quotes the organisation', fail(403, `No such organization: ${ORGANISATION}`)],
    ['a refusal that quotes some other key', fail(401, 'Incorrect API key provided: sk-planted****9876')],
    ['a failure that tells of its insides', fail(500, `Error at ${INSIDES}.py`)],
    ['a refusal that is a page', (response) => response.writeHead(400).end(`<html>${INSIDES}</html>`)],
    ['a malformed response', (response) => response.writeHead(200).end(`{"id":5,"x":"${INSIDES}"}`)],
    ['a body that is no JSON', (response) => response.writeHead(200).end(INSIDES)],
    ['a broken connection', (response) => response.destroy()],
  ])('%s', async (_, respond) => {
    graph.upstream.intercept = (_call, response) => {
      respond(response);
      return true;
    };
    for (const query of [read, write]) {
      const response = await responseTo(query);
      expect(response).toContain('"errors"');
      expect(response).not.toMatch(planted);
      expect(response).not.toMatch(/\.[jt]s:\d+|node_modules/);
      expect(logged.join('')).not.toMatch(planted);
    }
  });
});

test('an error message is passed on, up to 500 characters', async () => {
  graph.upstream.intercept = (_, response) => Boolean(fail(400, `Too hot. ${'x'.repeat(10_000)}`)(response));
  const response = await responseTo(read);
  expect(response).toContain('"message":"Too hot. xxx');
  expect(response.length).toBeLessThan(2_000);
});

test('an unexpected error is logged in full and hidden from the client', async () => {
  vi.spyOn(graph.transport, 'send').mockRejectedValueOnce(new TypeError(INSIDES));
  const response = await responseTo(read);
  expect(response).toContain('"message":"Internal server error"');
  expect(response).toContain('"code":"INTERNAL_SERVER_ERROR"');
  expect(response).not.toMatch(planted);
  const errors = entries().filter(({ level }) => level === 50);
  expect(errors).toMatchObject([{ err: { type: 'TypeError', message: INSIDES } }]);
  expect(logged.join('')).not.toContain(KEY);
});
