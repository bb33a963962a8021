/** Some clients offer another protocol with every request, and expect an HTTP response if the server does not speak it. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { sendHttp } from '../support/http.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

/** What Java's HTTP client sends. */
const offer = {
  connection: 'Upgrade, HTTP2-Settings',
  upgrade: 'h2c',
  'http2-settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
};
const json = { 'content-type': 'application/json' };
const query = 'query ($id: ID!) { thread(id: $id) { id } }';

test.each([
  ['short', 'a/b'],
  ['longer than one packet', 'ä'.repeat(200_000)],
])('a request with a body that is %s', async (_, id) => {
  const body = JSON.stringify({ query, variables: { id } });
  const plain = await sendHttp(graph.url, { headers: json, body });
  const offering = await sendHttp(graph.url, { headers: { ...json, ...offer }, body });
  const inPieces = await sendHttp(graph.url, {
    headers: { ...json, ...offer },
    body: [...(body.match(/.{1,50000}/gs) ?? [])],
  });
  expect(offering).toMatchObject({ status: plain.status, text: plain.text });
  expect(inPieces).toMatchObject({ status: plain.status, text: plain.text });
});

test('a request without a body', async () => {
  const response = await sendHttp(graph.url, {
    method: 'GET',
    search: '?query={__typename}',
    headers: offer,
  });
  expect(response).toMatchObject({ status: 200, text: '{"data":{"__typename":"Query"}}' });
});

test('its origin is checked too', async () => {
  const headers = { ...json, ...offer, origin: 'https://evil.example' };
  expect((await sendHttp(graph.url, { headers, body: '{"query":"{__typename}"}' })).status).toBe(403);
});

test('the connection can be used again', async () => {
  const socket = connect(Number(new URL(graph.url).port), '127.0.0.1');
  const head = (extra: string) =>
    `GET /graphql?query={__typename} HTTP/1.1\r\nHost: 127.0.0.1\r\n${extra}\r\n`;
  socket.write(head('Connection: Upgrade\r\nUpgrade: h2c\r\n'));
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    text += chunk;
    const responses = text.split('{"data":{"__typename":"Query"}}').length - 1;
    if (responses === 1 && !socket.writableEnded) socket.end(head('Connection: close\r\n'));
    if (responses === 2) break;
  }
  expect(text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
});
