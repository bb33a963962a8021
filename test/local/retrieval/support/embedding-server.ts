/** An imitation of a server with POST /v1/embeddings. It knows synonyms, which words alone do not. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { EmbeddingServerOptions } from '../../../../src/local/retrieval/embedding-server.ts';
import type { Json } from '../../support/rest-caller.ts';

/** Each of these topics is a dimension. */
const TOPICS = [/holiday|leave|vacation/i, /taxi|train|journey/i, /cat|kitten|feline/i];

/** The vector of a text: how often it is about each topic. The last dimension is about nothing. */
export const vectorOf = (text: string): number[] => [
  ...TOPICS.map((topic) => (topic.test(text) ? 1 : 0)),
  0.01,
];

export interface EmbeddingRequest {
  readonly body: Json;
  readonly response: ServerResponse;
}

export interface TestEmbeddingServer {
  /** For the local API. */
  readonly embeddingServer: EmbeddingServerOptions;
  readonly requests: EmbeddingRequest[];
  /** Answers all further requests. */
  answer(handler: (request: EmbeddingRequest) => void): void;
}

/** Answers with these vectors. */
export function reply({ body, response }: EmbeddingRequest, toVector = vectorOf): void {
  const data = body.input.map((text: string, index: number) => ({
    object: 'embedding',
    index,
    embedding: toVector(text),
  }));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ object: 'list', model: body.model, data: data.toReversed(), usage: {} }));
}

/** Closed after the test. */
export async function startEmbeddingServer(): Promise<TestEmbeddingServer> {
  const requests: EmbeddingRequest[] = [];
  let handler: (request: EmbeddingRequest) => void = reply;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.url !== '/v1/embeddings') return void response.writeHead(404).end();
    const received = { body: JSON.parse(Buffer.concat(chunks).toString()), response };
    requests.push(received);
    handler(received);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    embeddingServer: { url, apiKey: 'secret', model: 'embed', timeoutMs: 1_000 },
    requests,
    answer(next) {
      handler = next;
    },
  };
}
