import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTransport } from '../../src/rest/transport.ts';

let server: Server;
beforeEach(async () => {
  server = createServer((socket) => socket.end('This is no TLS, and no HTTP either.\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => void server.close());

const portOf = () => (server.address() as AddressInfo).port;

function send(url: string) {
  const transport = createTransport({ url, connections: 1 });
  const signal = new AbortController().signal;
  return transport
    .send({ method: 'POST', path: '/threads', headers: {}, body: '{}', signal })
    .finally(() => transport.close());
}

test.each([
  ['nobody listens', () => 'http://127.0.0.1:1/v1'],
  ['the port speaks no TLS', () => `https://127.0.0.1:${portOf()}/v1`],
])('where %s, nothing has been sent', async (_, url) => {
  await expect(send(url())).rejects.toMatchObject({ name: 'ConnectionError', reached: false });
});

test('where something answers nonsense, the request may have been read', async () => {
  await expect(send(`http://127.0.0.1:${portOf()}/v1`)).rejects.toMatchObject({
    name: 'ConnectionError',
    reached: true,
  });
});
