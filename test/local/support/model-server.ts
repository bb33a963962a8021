import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Json } from './rest-caller.ts';

/** A request to an imitation of a model server. */
export interface ModelRequest {
  readonly body: Json;
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
}

/** Serves requests to one path below `/v1`, until the test is finished. @returns the base URL */
export async function startModelServer(
  path: string,
  handle: (request: ModelRequest) => void,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.url !== `/v1${path}`) return void response.writeHead(404).end();
    handle({ body: JSON.parse(Buffer.concat(chunks).toString()), headers: request.headers, response });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
