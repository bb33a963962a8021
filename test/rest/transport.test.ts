import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTransport } from '../../src/rest/transport.ts';
import { listenLocally } from '../support/listen.ts';

let server: Server;
let port: number;
beforeEach(async () => {
  server = createServer((socket) => socket.end('Neither TLS nor HTTP\r\n'));
  port = await listenLocally(server);
});
afterEach(() => void server.close());

function send(url: string) {
  const transport = createTransport({ url, connections: 1 });
  const signal = new AbortController().signal;
  return transport
    .send({ method: 'POST', path: '/threads', headers: {}, body: '{}', signal })
    .finally(() => transport.close());
}

test.each([
  ['nothing listens on the port', () => 'http://127.0.0.1:1/v1'],
  ['the server does not support TLS', () => `https://127.0.0.1:${port}/v1`],
])('if %s, the request was not sent', async (_, url) => {
  await expect(send(url())).rejects.toMatchObject({ name: 'ConnectionError', reached: false });
});

test('if the response is not HTTP, the request may have been read', async () => {
  await expect(send(`http://127.0.0.1:${port}/v1`)).rejects.toMatchObject({
    name: 'ConnectionError',
    reached: true,
  });
});
